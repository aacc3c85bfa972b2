#!/bin/sh
# Builds the documentation of all modules, with their links to each other, into out/docs; every warning is
# an error. Uses the toolchain's own docc, no plugin and no network.
set -eu
cd "$(dirname "$0")/.."

fail() { echo "docs: $1" >&2; exit 1; }

if [ "$(uname)" = Darwin ]; then
  docc=$(xcrun --find docc)
  extract="$(xcrun --find swift-symbolgraph-extract) -sdk $(xcrun --show-sdk-path)"
else
  docc=docc
  extract=swift-symbolgraph-extract
fi
command -v "$docc" >/dev/null 2>&1 || fail "there is no docc; it is part of the Swift toolchain, in its bin folder"

swift build --target nni  # which depends on all of them
build=$(swift build --show-bin-path)
triple=$(swiftc -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)",/\1/p')

# How the compiler finds the C modules that ours are built on.
flags="-I $build/Modules"
for module in CSystem CTorch CVips; do
  flags="$flags -Xcc -fmodule-map-file=$build/$module.build/module.modulemap -Xcc -ISources/$module/include"
done
for module in CVipsSystem CZlib; do
  flags="$flags -Xcc -fmodule-map-file=Sources/$module/module.modulemap"
done
for flag in $(pkg-config --cflags-only-I vips); do flags="$flags -Xcc $flag"; done

work=out/documentation
rm -rf "$work" out/docs
mkdir -p "$work"
archives=""
dependencies=""
# What `import NNInterpretability` is made of.
library=NNIGraph,NNIModels,NNIMethods,NNIUncertainty,NNIVisualization,NNITraining
# In the order in which they link to each other.
for module in TorchTensor NNIImages NNInterpretability NNIReports NNIShipped; do
  symbols="$work/$module"
  mkdir "$symbols"
  # The library is one module to those who read about it.
  parts=""
  [ "$module" != NNInterpretability ] || parts="-experimental-allowed-reexported-modules=$library"
  # shellcheck disable=SC2086
  $extract $parts -module-name "$module" -target "$triple" $flags -minimum-access-level public \
    -skip-synthesized-members -output-dir "$symbols" || fail "the symbols of $module cannot be read"
  # shellcheck disable=SC2086
  "$docc" convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$symbols" \
    --fallback-display-name "$module" --fallback-bundle-identifier "$module" \
    --fallback-default-module-kind Library --enable-experimental-external-link-support $dependencies \
    --warnings-as-errors --output-dir "$work/$module.doccarchive" ||
    fail "the documentation of $module has errors or warnings, see above"
  archives="$archives $work/$module.doccarchive"
  dependencies="$dependencies --dependency $work/$module.doccarchive"
done
# shellcheck disable=SC2086
"$docc" merge $archives --synthesized-landing-page-name NNInterpretability --output-path out/docs
echo "docs: out/docs; to read it, run: python3 -m http.server --directory out/docs 8000"
echo "docs: then open http://localhost:8000/documentation/nninterpretability"
