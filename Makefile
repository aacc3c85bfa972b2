# The two commands of the README are `make demo` and `make test`.
.PHONY: demo all-methods experiments test setup build lint

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

# The original package's experiments with uncertainty on the shipped digit networks: a handwritten 1 that
# turns, under dropout, evidence, noise and calibration; pages in out/experiments/. About a minute.
ONE = --sample 97
TURN = --rotate 0:-54:-6
LRP = --method lrp-composite:preset=epsilon-alpha2-beta1
experiments: build
	$(NNI) uncertainty digits_dropout $(ONE) $(TURN) --passes 500 --output out/experiments/dropout
	$(NNI) uncertainty digits_dropout $(ONE) --rotate=-24:-24:1 --passes 500 $(LRP) --by-class voted \
		--output out/experiments/dropout-voted
	$(NNI) uncertainty digits_dropout $(ONE) --rotate=-24:-24:1 --passes 50 --method gradient-x-input \
		--of mutual-information --of predictive-entropy --output out/experiments/dropout-why
	$(NNI) uncertainty digits_dropout $(ONE) --rotate=-24:-24:1 --passes 200 $(LRP) --by-class every \
		--output out/experiments/dropout-every
	$(NNI) uncertainty digits_cnn $(ONE) $(TURN) --over none $(LRP) --output out/experiments/base
	$(NNI) uncertainty digits_evidential $(ONE) $(TURN) --evidential $(LRP) --output out/experiments/evidential
	$(NNI) uncertainty digits_cnn $(ONE) --over none --method deeplift-reveal-cancel \
		--output out/experiments/deeplift-base
	$(NNI) uncertainty digits_dropout $(ONE) --passes 200 --method deeplift-reveal-cancel \
		--output out/experiments/deeplift-dropout
	$(NNI) uncertainty digits_cnn $(ONE) --over input-noise --noise 0.5 --passes 1000 \
		--method deeplift-reveal-cancel --by-class voted --output out/experiments/deeplift-noise
	$(NNI) calibrate digits_cnn --output out/experiments/calibration
	@echo "Open out/experiments/*/uncertainty.html and out/experiments/calibration/calibration.html."

build: setup
	swift build -c release --product nni $(STATIC)
	Scripts/skip-unused.sh .build/release

# Formatting, warnings as errors, all tests.
test: lint
	@Scripts/setup.sh tests
	swift build --build-tests
	swift test --skip-build

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Plugins \
		Benchmarks/Package.swift Benchmarks/Sources

setup:
	@Scripts/setup.sh
