#!/bin/sh
# Makes the documentation's pictures with the shipped networks and photographs. Needs python3 with Pillow
# (PYTHON names another); NNI names the command. Takes about five minutes; with arguments, only pictures of
# these names are made (`Scripts/pictures.sh lrp cam`).
set -eu
cd "$(dirname "$0")/.."

nni=${NNI:-.build/release/nni}
python=${PYTHON:-python3}
photographs=Sources/NNIShipped/Resources/photographs
result=Sources/NNInterpretability/NNInterpretability.docc/Resources
work=out/pictures
mkdir -p "$work" "$result"
wanted=" $* "

is_wanted() { [ "$wanted" = "  " ] || case "$wanted" in *" $1 "*) true ;; *) false ;; esac; }
shrink() { "$python" Scripts/picture.py shrink "$@"; }
chart() { "$python" Scripts/picture.py chart "$@"; }

# A contact sheet: NAME MODEL PHOTOGRAPH METHOD…
sheet() {
  name=$1 model=$2 photograph=$3
  shift 3
  is_wanted "$name" || return 0
  methods=""
  for method in "$@"; do methods="$methods --method $method"; done
  # shellcheck disable=SC2086
  $nni explain "$model" "$photographs/$photograph.jpg" $methods --output "$work/$name"
  shrink "$work/$name/$photograph.png" "$result/$name.jpg" 1400
}

sheet gradients squeezenet1_1 chelsea gradient gradient-x-input saliency guided-backprop \
  guided-grad-cam deconvnet deconvnet-partial
sheet paths squeezenet1_1 chelsea integrated-gradients smoothgrad smoothgrad:of=integrated-gradients,samples=10
sheet lrp squeezenet1_1 chelsea lrp-zero lrp-epsilon:epsilon=0.1 lrp-gamma lrp-alpha-beta lrp-z-plus \
  lrp-composite:preset=epsilon-plus-flat lrp-composite:preset=epsilon-gamma-box
sheet taylor squeezenet1_1 chelsea taylor-simple taylor-deep
sheet deeplift squeezenet1_1 chelsea deeplift-linear deeplift-rescale deeplift-reveal-cancel
sheet cam efficientnet_lite0 rocket cam grad-cam layer-cam score-cam ablation-cam eigen-cam \
  layer-cam:layer=_blocks.4.add
sheet occlusion squeezenet1_1 chelsea occlusion:window=32,stride=16 occlusion:window=32,stride=16,fill=blur \
  feature-ablation:mask=superpixels,segments=60

if is_wanted maximization; then
  $nni maximize squeezenet1_1 --class "Egyptian cat" --channel features.7.cat:42 --channel features.9.cat:40 \
    --channel features.12.cat:100 --output "$work/maximization"
  shrink "$work/maximization/contact-sheet.png" "$result/maximization.jpg" 1000
fi
if is_wanted code-space; then
  $nni maximize digits_cnn --all-classes --generator digits_dcgan_generator --score logprob \
    --seed 1 --output "$work/code-space"
  shrink "$work/code-space/contact-sheet.png" "$result/code-space.jpg" 1000
fi
if is_wanted dream; then
  $nni dream squeezenet1_1 "$photographs/astronaut.jpg" --layer features.7.cat --size 512 \
    --output "$work/dream.png"
  shrink "$work/dream.png" "$result/dream.jpg" 640
fi
if is_wanted examples; then
  $nni examples squeezenet1_1 "$photographs" --channel features.7.cat:42 --top 6 --output "$work/examples"
  shrink "$work/examples/sheet.png" "$result/examples.jpg" 1000
fi

lrp=lrp-composite:preset=epsilon-alpha2-beta1
if is_wanted dropout; then
  $nni uncertainty digits_dropout --sample 97 --rotate 0:-54:-6 --passes 80 --output "$work/dropout"
  chart "$work/dropout/uncertainty.html" 1 "$result/dropout.svg"
fi
if is_wanted uncertain-map; then
  $nni uncertainty digits_dropout --sample 97 --rotate=-24:-24:1 --passes 500 --method $lrp \
    --output "$work/uncertain-map"
  shrink "$work/uncertain-map/sample-97@-24-lrp-composite-preset-epsilon-alpha2-beta1.png" \
    "$result/uncertain-map.jpg" 900
fi
if is_wanted by-class; then
  $nni uncertainty digits_dropout --sample 97 --rotate=-24:-24:1 --passes 500 --method $lrp --by-class voted \
    --output "$work/by-class"
  shrink "$work/by-class/sample-97@-24-lrp-composite-preset-epsilon-alpha2-beta1-classes.png" \
    "$result/by-class.jpg" 900
fi
if is_wanted evidential; then
  $nni uncertainty digits_evidential --evidential --sample 97 --rotate 0:-54:-6 --output "$work/evidential"
  chart "$work/evidential/uncertainty.html" 0 "$result/evidential.svg"
fi
if is_wanted calibration; then
  $nni calibrate digits_cnn --output "$work/calibration"
  cp "$work/calibration/reliability-before.svg" "$result/calibration.svg"
fi
# The tutorial's network comes from PyTorch, which not everybody has.
if is_wanted tutorial && "$python" -c 'import torch, onnxscript, safetensors' 2>/dev/null; then
  tutorial=Sources/NNInterpretability/NNInterpretability.docc/Tutorials
  cp "$tutorial/mine.json" "$tutorial/rules.json" out/
  "$python" "$tutorial/train-3.py"
  $nni explain out/mine.onnx out/digit.png --method lrp-composite --method occlusion:window=5,stride=2 \
    --output out/first
  shrink out/first/digit.png "$result/tutorial-first.jpg" 1000
  $nni explain out/mine.onnx out/digit.png --method lrp-composite \
    --method lrp-composite:rules=out/rules.json --output out/second
  shrink out/second/digit.png "$result/tutorial-second.jpg" 1000
fi
ls -l "$result"
