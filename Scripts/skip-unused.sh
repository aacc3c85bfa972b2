#!/bin/sh
# Makes `nni` start faster: skip-unused.sh FOLDER, the folder that holds it.
#
# Debian's libtorch_cpu.so names OpenCV, FFmpeg and a few more as needed and uses no symbol of them. With
# all that those need, down to Qt and GDAL, they are 160 of the 308 libraries that the system would load.
# FOLDER/unused is searched before the system's libraries; there one empty library stands for each of them.
set -eu

folder=$1
torch=$(ldd "$folder/nni" | sed -n 's/.*libtorch_cpu\.so[^ ]* => \([^ ]*\).*/\1/p')
rm -rf "$folder/unused"
[ -n "$torch" ] || exit 0

# Only names that nothing else of ours needs: libOpenCL, say, is used by oneDNN.
unused=$(ldd -u "$torch" | grep -oE 'lib(opencv_|av|sw|zmq|leveldb|lmdb|snappy)[^/]*$' || true)
[ -n "$unused" ] || exit 0
mkdir "$folder/unused"
clang -shared -nostdlib -x c /dev/null -o "$folder/unused/empty.so"
for name in $unused; do ln -s empty.so "$folder/unused/$name"; done

# Should another version of the system need them after all, it gets them.
"$folder/nni" --version >/dev/null 2>&1 || rm -rf "$folder/unused"
