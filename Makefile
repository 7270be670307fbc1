# The menu; the build itself is CMake and Ninja.  `make help` lists the targets.
BUILD ?= build
PREFIX ?= /usr/local
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
# Pages with their truth, for the targets that say so: the folder that holds wcxb/.
RIPTIDE_DATA ?=
CMAKE_FLAGS ?=
# For make fuzz.
T ?= core
SECONDS ?= 60
FUZZ_CC ?= clang-19
# For make fuzz-service.
CASES ?= 1000000
SEED ?= 1
# For make soak.
CALLS ?= 100000
# For make soak-service.
MINUTES ?= 60

PARTS = $(shell tools/bootstrap --print-dir)
RIPTIDE = $(BUILD)/cli/riptide
# A test that hangs is ended after as many seconds, ten times what the slowest takes under ThreadSanitizer.
CTEST = ctest --output-on-failure -j $(JOBS) --timeout 900
CONFIGURE = cmake -G Ninja -S . -DRIPTIDE_PARTS_DIR="$(PARTS)" $(CMAKE_FLAGS)

.PHONY: all try setup build check check-static check-all test asan tsan fuzz fuzz-service hostile foreign bench load load-service outage soak soak-service calibrate quality docs \
        format install clean help
.DEFAULT_GOAL := build

## try: set up, build, and turn examples/tides.html into Markdown
try: build
	@echo "== $(RIPTIDE) extract examples/tides.html --url https://tides.example/how-tides-work"
	@$(RIPTIDE) extract examples/tides.html --url https://tides.example/how-tides-work

## setup: install or check all that the build needs (tools/bootstrap)
setup:
	@tools/bootstrap

## build: the library, the component and the program, in $(BUILD)
build: setup
	@test -f $(BUILD)/build.ninja || $(CONFIGURE) -B $(BUILD) -DCMAKE_BUILD_TYPE=Release
	@cmake --build $(BUILD) -j $(JOBS)

## check: the static checks, then all tests
check: build check-static test

## check-static: layers, sizes, banned functions
check-static:
	@tools/check-layers
	@tools/check-size
	@tools/check-banned

## test: all tests of the build
test:
	@$(CTEST) --test-dir $(BUILD)

## check-all: check, and all tests again under the sanitizers
check-all: check asan tsan

## asan: all tests under AddressSanitizer and UndefinedBehaviorSanitizer
asan: setup
	@test -f $(BUILD)-asan/build.ninja || $(CONFIGURE) -B $(BUILD)-asan -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	    -DRIPTIDE_SANITIZE=address,undefined
	@cmake --build $(BUILD)-asan -j $(JOBS)
	@$(CTEST) --test-dir $(BUILD)-asan

## tsan: all tests under ThreadSanitizer
tsan: setup
	@test -f $(BUILD)-tsan/build.ninja || $(CONFIGURE) -B $(BUILD)-tsan -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	    -DRIPTIDE_SANITIZE=thread
	@cmake --build $(BUILD)-tsan -j $(JOBS)
	@TSAN_OPTIONS=suppressions=$(CURDIR)/tests/tsan.supp $(CTEST) --test-dir $(BUILD)-tsan

## fuzz: libFuzzer on T (core, decode, url, jsonld, wit, settings, wire, robots, request) for SECONDS; needs libclang-rt-19-dev
fuzz: setup
	@test -n "$$($(FUZZ_CC) -print-file-name=libclang_rt.fuzzer-$$(uname -m).a | grep /)" || \
	    test -n "$$($(FUZZ_CC) -print-file-name=libclang_rt.fuzzer.a | grep /)" || \
	    { echo "fuzz: $(FUZZ_CC) has no libFuzzer: install libclang-rt-19-dev" >&2; exit 1; }
	@test -f $(BUILD)-fuzz/build.ninja || $(CONFIGURE) -B $(BUILD)-fuzz -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	    -DCMAKE_C_COMPILER=$(FUZZ_CC) -DRIPTIDE_SANITIZE=address,undefined,fuzzer-no-link -DRIPTIDE_FUZZ=ON
	@cmake --build $(BUILD)-fuzz -j $(JOBS) --target fuzz-$(T)
	@mkdir -p $(BUILD)-fuzz/found/$(T)
	@cd $(BUILD)-fuzz && tests/fuzz/fuzz-$(T) -max_total_time=$(SECONDS) -timeout=25 -rss_limit_mb=4096 \
	    -artifact_prefix=found/$(T)- found/$(T) $(CURDIR)/tests/fuzz/corpus/$(T)

## fuzz-service: CASES fuzzed requests from SEED on to the service under ASan; result in bench/results/service_fuzz.md
fuzz-service: setup
	@test -f $(BUILD)-asan/build.ninja || $(CONFIGURE) -B $(BUILD)-asan -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	    -DRIPTIDE_SANITIZE=address,undefined
	@cmake --build $(BUILD)-asan -j $(JOBS) --target riptide riptide-fuzz-service
	@bench/report service_fuzz "" $(BUILD)-asan/tests/riptide-fuzz-service --cases $(CASES) --seed $(SEED) \
	    $(BUILD)-asan/cli/riptide

## hostile: pages made to hurt, natively and in the sandbox; result in bench/results/hostile.md
hostile: build
	@cmake --build $(BUILD) --target riptide-hostile
	@$(BUILD)/bench/riptide-hostile > $(BUILD)/hostile.md && mv $(BUILD)/hostile.md bench/results/hostile.md
	@cat bench/results/hostile.md

## foreign: build and test the example in JavaScript (node, npm); result in bench/results/foreign.md
foreign: build
	@examples/foreign/build "$(BUILD)/foreign"
	@$(CTEST) --test-dir $(BUILD) -R '^cli-foreign$$'
	@bench/foreign "$(RIPTIDE)" "$(BUILD)/foreign"

## bench: timings over RIPTIDE_DATA; result in bench/results/speed.md
bench: build
	@bench/speed "$(RIPTIDE)" "$(RIPTIDE_DATA)"

## load: the host runtime under load over RIPTIDE_DATA; result in bench/results/load.md
load: build
	@cmake --build $(BUILD) --target riptide-load
	@bench/report load "$(RIPTIDE_DATA)" $(BUILD)/bench/riptide-load @LIST

## load-service: riptide serve under load over RIPTIDE_DATA, with wrk; result in bench/results/service_load.md
load-service: build
	@cmake --build $(BUILD) --target riptide-service-load
	@bench/report service_load "$(RIPTIDE_DATA)" python3 bench/service_load.py $(RIPTIDE) $(BUILD)/bench/riptide-service-load @LIST

## outage: a component that traps for a while; result in bench/results/outage.md
outage: build
	@cmake --build $(BUILD) --target riptide-outage riptide-test-guests
	@bench/report outage "" $(BUILD)/bench/riptide-outage $(BUILD)/tests/guests/faulty.wasm

## soak: CALLS extractions over RIPTIDE_DATA, every 20th hostile; result in bench/results/soak.md
soak: build
	@cmake --build $(BUILD) --target riptide-soak riptide-test-guests
	@bench/report soak "$(RIPTIDE_DATA)" $(BUILD)/bench/riptide-soak @LIST $(BUILD)/tests/guests/faulty.wasm $(CALLS)

## soak-service: mixed load with faults on riptide serve for MINUTES; result in bench/results/service_soak.md
soak-service: build
	@cmake --build $(BUILD) --target riptide-test-guests
	@bench/report service_soak "" python3 bench/service_soak --riptide "$(RIPTIDE)" --minutes $(MINUTES) \
	    --component $(BUILD)/tests/guests/faulty.wasm --data "$(RIPTIDE_DATA)" \
	    --command "make soak-service$(if $(RIPTIDE_DATA), RIPTIDE_DATA=…)"

## calibrate: instruction budgets over RIPTIDE_DATA; result in bench/results/calibration.md
calibrate: build
	@bench/calibrate "$(RIPTIDE)" "$(RIPTIDE_DATA)"

## quality: F1 over RIPTIDE_DATA; result in bench/results/quality.md
quality: build
	@bench/quality "$(RIPTIDE)" "$(RIPTIDE_DATA)"

## docs: write the pages that are made from the tables
docs: build
	@cmake --build $(BUILD) --target docs

## format: clang-format over the lines that are not committed yet; tables stay as they were set
format:
	@git clang-format-19 --binary clang-format-19 --force || test $$? = 1  # says so when it changed something

## install: into DESTDIR and PREFIX
install: build
	@DESTDIR="$(DESTDIR)" cmake --install $(BUILD) --prefix "$(PREFIX)"

## clean: remove the build folders; the parts stay
clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-fuzz

## help: this list
help:
	@sed -n 's/^## //p' Makefile
