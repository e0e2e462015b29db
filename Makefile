# `make` alone lists the targets.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
SWIFT ?= swift

# The release executable has its own scratch folder: other flags would throw away the debug build.
STATIC := .build-static
RELEASE = $(STATIC)/release/meanwhile
# What a start executes stands side by side in the executable, without what it never asks for of Swift's libraries:
# Docs/Decisions/StartLayout.md.
ORDER := $(CURDIR)/$(STATIC)/order
MAP := $(CURDIR)/$(STATIC)/meanwhile.map
LEFT_OUT := libdispatch\.a\(init\.c|libstdc\+\+\.a\(eh_alloc|libswiftCore\.a\((Backtrace|CommandLine)\.cpp
LAYOUT_FLAGS := -Xcc -DPLATFORM_STATIC_EXECUTABLE -Xswiftc -Xfrontend -Xswiftc -function-sections \
  -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors -Xswiftc -use-ld=lld \
  -Xlinker -Map=$(MAP) -Xlinker --symbol-ordering-file=$(ORDER) -Xlinker --no-warn-symbol-ordering
RELEASE_FLAGS := -c release --scratch-path $(STATIC) -Xswiftc -static-executable \
  -Xswiftc -enforce-exclusivity=unchecked $(LAYOUT_FLAGS)
SOURCES := Package.swift Sources Tests

# What a bare Debian needs beside Swift: `package` or, where a command will do, `command:package`.
LIBRARIES := libedit-dev libbsd-dev libmd-dev libncurses-dev libltdl-dev bash-completion
PROGRAMS := dash:dash bash:bash zsh:zsh yash:yash tmux:tmux vi:vim-tiny less:less man:man-db python3:python3 git:git \
  ps:procps ssh:openssh-client script:bsdutils strip:binutils
# Whose shell scripts RealScriptTests run, and what these need.
PROGRAMS += gcc:gcc make:make autoconf:autoconf automake:automake libtoolize:libtool shunit2:shunit2 quilt:quilt \
  git-summary:git-extras todo-txt:todotxt-cli neofetch:neofetch screenfetch:screenfetch ucf:ucf xz:xz-utils \
  bzip2:bzip2 zstd:zstd fakeroot:fakeroot gettext.sh:gettext-base nroff:groff-base
# Whose code is in the static executable; their licence texts go where the executable goes.
LINKED := libc6 libedit2 libbsd0 libmd0 libtinfo6

# Our own targets treat warnings as errors in everything that is run from here (Package.swift).
export MEANWHILE_STRICT := 1

.PHONY: help toolchain deps build release run test check lint format install uninstall bench docs demo sanitize fuzz \
  clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | \
	  while IFS='	' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

# Another version may do as well, but no test has run with it.
toolchain:
	@tested=$$(cat .swift-version); found=$$($(SWIFT) --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9.]+).*/\1/p'); \
	[ -z "$$found" ] || [ "$$found" = "$$tested" ] || \
	  echo "warning: this is Swift $$found; what is tested is Swift $$tested (.swift-version)" >&2

deps: toolchain ## Install what is missing (Debian packages; sudo only where needed)
	@missing=; \
	for package in $(LIBRARIES); do \
	  [ "$$(dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null)" = installed ] || \
	    missing="$$missing $$package"; \
	done; \
	for pair in $(PROGRAMS); do \
	  command -v "$${pair%%:*}" >/dev/null 2>&1 || missing="$$missing $${pair#*:}"; \
	done; \
	if [ -n "$$missing" ]; then \
	  command -v apt-get >/dev/null 2>&1 || { echo "deps: please install$$missing" >&2; exit 1; }; \
	  echo "deps: installing$$missing"; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -q </dev/null && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing \
	    </dev/null || exit 1; \
	else \
	  echo 'deps: nothing is missing'; \
	fi; \
	command -v $(SWIFT) >/dev/null 2>&1 || \
	  { echo 'deps: Swift 6.2 or newer is needed: https://www.swift.org/install' >&2; exit 1; }

build: toolchain ## Build everything for debugging
	$(SWIFT) build --build-tests

# SwiftPM decides what is out of date, but does not know of the order: where that has changed, the executable is linked
# anew. What the linker warns of in a static program is explained in Docs/Decisions/StaticLinking.md.
release: toolchain ## Build the static release executable, stripped
	@mkdir -p $(STATIC) && touch -a $(ORDER)
	$(SWIFT) build $(RELEASE_FLAGS) --product meanwhile
	@! grep -qE '$(LEFT_OUT)' $(MAP) || \
	  echo 'warning: this Swift links in what it was to leave out; a start takes longer (Docs/Decisions/StartLayout.md)' >&2
	@.release/order.py $(RELEASE) $(MAP) $(ORDER) .release/start.sh .release/common.sh || \
	  echo 'warning: the order of functions could not be measured (Docs/Decisions/StartLayout.md)' >&2
	@[ ! $(ORDER) -nt $(RELEASE) ] || { rm $(RELEASE) && $(SWIFT) build $(RELEASE_FLAGS) --product meanwhile; }
	@strip -o $(RELEASE).stripped $(RELEASE)

run: deps release ## Install what is missing, build, start the shell
	@$(RELEASE).stripped

test: deps ## Build and run all tests
	@$(SWIFT) build --build-tests
	@$(SWIFT) test --skip-build --disable-xctest

lint: ## Check the format
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

check: toolchain lint ## What CI runs: format, build without warnings, all tests, the transcripts in the release executable
	$(SWIFT) build --build-tests
	@$(call COUNTED,,$(LEAST))
	@$(MAKE) --no-print-directory release
	@export MEANWHILE_EXECUTABLE=$(CURDIR)/$(RELEASE).stripped; \
	$(call COUNTED,--filter 'TranscriptTests.(Session|Script)Tests/',$(LEAST_OF_RELEASE))

# How many tests and cases run at least: fewer would mean that some were lost. They are raised as tests are added.
LEAST := 680 8200
LEAST_OF_RELEASE := 3 2090

# Runs tests, and counts them in the events that they leave in a file: lines of their output may be written into each
# other. Tests that are skipped, or fewer than there were, are a failure. What only says that something began is left out.
COUNTED = events=$$(mktemp); \
  { $(SWIFT) test --skip-build --disable-xctest --event-stream-output-path "$$events" --event-stream-version 0 $(1) 2>&1; \
    printf '\ncheck: status %d\n' $$? >>"$$events"; } | grep -avE '^◇| started\.$$'; \
  awk -v least='$(2)' '$(COUNT)' "$$events"; status=$$?; rm -f "$$events"; exit "$$status"

define COUNT
/"kind":"testEnded"/ && /\(/ { tests++ } \
/"kind":"testCaseEnded"/ { cases++ } \
/"kind":"testSkipped"/ { skipped++ } \
/^check: status/ { status = $$3; known = 1 } \
END { \
  split(least, floor); few = tests < floor[1] || cases < floor[2]; \
  print "check: " tests + 0 " tests ran, with " cases + 0 " cases; " (known ? "status " status : "not to the end"); \
  if (skipped) print "check: " skipped " tests were skipped"; \
  if (few) print "check: at least " floor[1] " tests with " floor[2] " cases were expected"; \
  exit !known || status != 0 || skipped || few; \
}
endef

format: ## Format the sources in place
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

install: release ## Install executable, manual page and licences under PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/doc/meanwhile
	install -m 755 $(RELEASE).stripped $(DESTDIR)$(PREFIX)/bin/meanwhile
	install -m 644 Docs/meanwhile.1 $(DESTDIR)$(PREFIX)/share/man/man1/meanwhile.1
	@set -e; licences=$(DESTDIR)$(PREFIX)/share/doc/meanwhile/licences; install -d "$$licences"; \
	for package in $(LINKED); do \
	  install -m 644 /usr/share/doc/$$package/copyright "$$licences/$$package"; \
	done; \
	install -m 644 Docs/LICENSE "$$licences/meanwhile"; \
	for package in swift-collections swift-system; do \
	  install -m 644 $(STATIC)/checkouts/$$package/LICENSE.txt "$$licences/$$package"; \
	done; \
	resources=$$($(SWIFT) -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p'); \
	install -m 644 "$$resources/../../share/swift/LICENSE.txt" "$$licences/swift"

uninstall: ## Remove what install put under PREFIX
	rm -f $(DESTDIR)$(PREFIX)/bin/meanwhile $(DESTDIR)$(PREFIX)/share/man/man1/meanwhile.1
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/meanwhile

# Both are measured as they are used: the library in a static program, the shell as it is installed. (What the linker
# has just written lies in other pages of the kernel's cache than what was installed, and starts a fifth slower.)
bench: ## Measure the library and the shell beside their peers
	$(SWIFT) build -c release --scratch-path .build-bench -Xswiftc -static-executable --product Benchmarks
	@$(MAKE) --no-print-directory install DESTDIR= PREFIX=$(CURDIR)/.build-bench/installed
	@.build-bench/release/Benchmarks compare --shell $(CURDIR)/.build-bench/installed/bin/meanwhile

docs: ## Build the library's reference pages (.build/plugins/…)
	$(SWIFT) package --disable-sandbox generate-documentation --target Meanwhile --warnings-as-errors

demo: release ## Play the first session in this terminal, at a person's pace
	@sh Docs/Demo/play $(RELEASE).stripped Docs/Demo/background-tasks

# Each sanitizer has its own scratch folder, so that a second run builds only what changed. Without the tests that refuse
# system calls: the sanitizers make such calls themselves, and cannot do without.
sanitize: deps ## Run the tests under the address and the thread sanitizer
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize=address --scratch-path .build-asan --disable-xctest \
	  --skip SystemCallTests
	$(SWIFT) test --sanitize=thread --scratch-path .build-tsan --disable-xctest --skip SystemCallTests

# New inputs that reach code which no other one reaches become part of the corpus, and a crash leaves its input in
# .build-fuzz. The shell's code is optimized, but its system calls can be refused as in a debug build.
FUZZ_SECONDS ?= 3600
fuzz: toolchain ## Look for inputs that crash parser, expansions and machine, for FUZZ_SECONDS seconds (3600)
	MEANWHILE_FUZZER=1 $(SWIFT) build --sanitize fuzzer --scratch-path .build-fuzz --product ShellFuzzer -Xswiftc -O
	@rm -rf .build-fuzz/corpus .build-fuzz/merged && mkdir -p .build-fuzz/merged
	@Tests/ShellFuzzer/corpus.py unpack Tests/ShellFuzzing/corpus.txt .build-fuzz/corpus
	cd .build-fuzz && debug/ShellFuzzer -dict=../Tests/ShellFuzzer/dictionary -max_len=300 -timeout=20 -rss_limit_mb=4096 \
	  -max_total_time=$(FUZZ_SECONDS) corpus
	cd .build-fuzz && debug/ShellFuzzer -max_len=300 -merge=1 merged corpus
	@Tests/ShellFuzzer/corpus.py pack Tests/ShellFuzzing/corpus.txt .build-fuzz/merged

clean: ## Remove everything that was built
	rm -rf .build .build-static .build-bench .build-asan .build-tsan .build-fuzz
