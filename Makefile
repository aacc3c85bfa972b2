# The two commands of the README are `make demo` and `make test`.
.PHONY: demo all-methods gallery test docs pictures setup build lint

PHOTOS = Sources/NNIShipped/Resources/photographs
NNI = .build/release/nni
# Fewer libraries to load, and no Swift toolchain needed to run it.
STATIC = $(if $(filter Linux,$(shell uname)),--static-swift-stdlib)

# Explains the shipped photographs with the shipped models; pictures and a page in out/.
demo: build
	$(NNI) explain squeezenet1_1 $(wildcard $(PHOTOS)/*.jpg) --output out/squeezenet1_1
	$(NNI) explain efficientnet_lite0 $(wildcard $(PHOTOS)/*.jpg) --output out/efficientnet_lite0
	@echo "Open out/squeezenet1_1/report.html and out/efficientnet_lite0/report.html in a browser."

# A contact sheet of every method for each photograph, in out/all-methods/; takes about ten minutes.
all-methods: build
	$(NNI) explain squeezenet1_1 $(wildcard $(PHOTOS)/*.jpg) --all --output out/all-methods

# The lessons, one page for each topic, in out/gallery/. A few minutes once all is built: one build of all
# programs, because each call of `swift build` costs seconds even where there is nothing to do.
gallery: build
	swift build -c release $(STATIC)
	.build/release/Gallery
	@echo "Open out/gallery/index.html in a browser."

build: setup
	swift build -c release --product nni $(STATIC)
	Scripts/skip-unused.sh .build/release

# Formatting, warnings as errors, all tests.
test: lint
	@Scripts/setup.sh tests
	swift build --build-tests
	swift test --skip-build

# The documentation of all modules in out/docs; a broken link or any other warning is an error.
docs: setup
	Scripts/docs.sh

# The documentation's pictures, made again by the shipped models; needs python3 with Pillow.
pictures: build
	NNI=$(NNI) Scripts/pictures.sh

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Plugins Examples \
		Benchmarks/Package.swift Benchmarks/Sources

setup:
	@Scripts/setup.sh
