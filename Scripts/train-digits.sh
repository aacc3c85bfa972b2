#!/bin/sh
# Trains the shipped digit networks: Scripts/train-digits.sh DATA FOLDER
#
# DATA is what `nni train --data` takes: MNIST's 60,000 training digits, and its test digits for the
# accuracies. The numbers of threads are part of what decides the bits: see the article on training. Takes
# about an hour.
set -eu
data=$1 folder=$2
nni=${NNI:-.build/release/nni}
export OPENBLAS_NUM_THREADS=2
train() {
  "$nni" train "$1" --data "$data" --output "$folder/$2.safetensors" --epochs "$3" --seed 1 \
    --threads 1 --licence MIT
}
train general_cnn digits_cnn 10
train am_cnn digits_am 10
train cnn_dropout digits_dropout 20
train evidential_cnn digits_evidential 15
train cam_mnist_classifier digits_cam 6
train cam_mnist_extended_classifier digits_cam_extended 6
train mnist_gan digits_gan_generator 50
export OPENBLAS_NUM_THREADS=1
train mnist_vit digits_vit 20
train mnist_dcgan digits_dcgan_generator 5
