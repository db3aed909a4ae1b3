# GNU make.  Everything built goes to $(B); nothing is generated in the tree.
# Where Go has been unpacked by hand, PATH may not name it.
export PATH := $(PATH):/usr/local/go/bin

VERSION    := 0.1.0
PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec/poundlock
MANDIR     ?= $(PREFIX)/share/man
B          ?= build

TOOLS  := $(patsubst tools/%.c,%,$(wildcard tools/*.c))
LIB    := $(patsubst lib/%.c,%,$(wildcard lib/*.c lib/*/*.c))
UNIT   := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
DRIVER := $(patsubst scripts/%,%,$(wildcard scripts/poundlock))

PKG_CONFIG ?= pkg-config
DEPS       := yaml-0.1 libcurl libcrypto
# jq 1.6 (Debian 12) ships no libjq.pc.
JQ_CFLAGS  := $(shell $(PKG_CONFIG) --silence-errors --cflags libjq)
JQ_LIBS    := $(shell $(PKG_CONFIG) --silence-errors --libs libjq || echo -ljq)
DEP_CFLAGS := $(patsubst -I%,-isystem %,$(shell \
	$(PKG_CONFIG) --silence-errors --cflags $(DEPS)) $(JQ_CFLAGS))
DEP_LIBS   := $(JQ_LIBS) $(shell \
	$(PKG_CONFIG) --silence-errors --libs $(DEPS)) -lm

CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wwrite-strings -Wvla -Wformat=2 -Wundef -Wcast-align \
	-Wnull-dereference -Wimplicit-fallthrough
HARDEN  := -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection -fPIE
ALL_CPPFLAGS := -D_XOPEN_SOURCE=700 -DVERSION='"$(VERSION)"' -iquote lib \
	$(DEP_CFLAGS) $(CPPFLAGS)
# All symbols are bound at the start (-z now): calls need no stubs for that.
ALL_CFLAGS   := -std=c17 -fno-plt $(WARN) $(HARDEN) $(CFLAGS) $(SAN)
ALL_LDFLAGS  := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS) $(SAN)

BIN   := $(TOOLS:%=$(B)/bin/%)
LIBO  := $(LIB:%=$(B)/lib/%.o)
# What is fuzzed is also run over its seeds, as a unit test.
FUZZ  := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
UTEST := $(UNIT:%=$(B)/unit/%.t) $(FUZZ:%=$(B)/unit/fuzz_%.t)
# Programs that only tests use.  Without Go, what needs one is skipped.
CHELP := $(patsubst tests/helper/%.c,$(B)/helper/%,$(wildcard tests/helper/*.c))
GOHELP := $(if $(shell command -v go),$(patsubst \
	tests/helper/%.go,$(B)/helper/%,$(wildcard tests/helper/*.go)))
HELP  := $(CHELP) $(GOHELP)

# --- building ---------------------------------------------------------------

all: $(BIN) $(DRIVER:%=$(B)/bin/%) ## build everything into build/bin

$(BIN): $(B)/bin/%: $(B)/tools/%.o $(B)/libpoundlock.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(DEP_LIBS) $(LDLIBS)

$(B)/bin/poundlock: scripts/poundlock Makefile
	@mkdir -p $(@D)
	sed 's|@VERSION@|$(VERSION)|g' $< >$@
	chmod 0755 $@

$(B)/libpoundlock.a: $(LIBO)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/unit/%.t: $(B)/tests/unit/test_%.o $(B)/libpoundlock.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(DEP_LIBS) -lcmocka $(LDLIBS)

$(B)/unit/fuzz_%.t: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o \
    $(B)/libpoundlock.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(DEP_LIBS) $(LDLIBS)

$(CHELP): $(B)/helper/%: $(B)/tests/helper/%.o $(B)/libpoundlock.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(DEP_LIBS) $(LDLIBS)

$(GOHELP): $(B)/helper/%: tests/helper/%.go tests/helper/go.mod
	@mkdir -p $(@D)
	GOTOOLCHAIN=auto GOFLAGS=-buildvcs=false \
	    go build -C tests/helper -o $(abspath $@) $(<F)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# --- testing ----------------------------------------------------------------

# TESTS='FILE...' names other tests to run than all of them.
#
# A sanitizer's finding is a crash for the tests, never an expected status.
# Its strstr measures the whole text each time, so that a loop over a long one
# would never end.
TESTENV := PATH="$(CURDIR)/$(B)/bin:$(CURDIR)/$(B)/helper:$$PATH" \
	CMOCKA_MESSAGE_OUTPUT=TAP \
	ASAN_OPTIONS=exitcode=126:intercept_strstr=0 LSAN_OPTIONS=exitcode=126 \
	UBSAN_OPTIONS=exitcode=126:print_stacktrace=1
PROVE   := prove $(PROVEFLAGS)
WITH    := tests/cluster/with

check: ## install what is missing, build, run every test on real clusters
	scripts/deps build test cluster containers
	$(MAKE) all $(UTEST) $(HELP)
	$(TESTENV) $(WITH) --containers $(PROVE) -j2 \
	    $(or $(TESTS),$(UTEST) tests/tools tests/e2e)

unit: $(UTEST) ## run the unit tests alone
	$(TESTENV) $(PROVE) $(UTEST)

tools: all $(HELP) ## test each tool alone, on the cluster of $KUBECONFIG if it is local
	$(TESTENV) $(PROVE) -j2 tests/tools

quick: all $(UTEST) $(HELP) ## unit and tool tests on a cluster with simulated Pods
	$(TESTENV) $(WITH) $(PROVE) -j2 $(or $(TESTS),$(UTEST) tests/tools)

asan: ## quick, under AddressSanitizer and UndefinedBehaviorSanitizer
	$(MAKE) B=build/asan CFLAGS='-O1 -g -fno-omit-frame-pointer' HARDEN= \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=all' quick

# Valgrind sees misuse inside the uninstrumented libjq; ASan does not.
VALGRIND := valgrind -q --leak-check=full --error-exitcode=126
# Those that start hundreds of processes, or read hundreds of megabytes, would
# take hours.
MEMTESTS := $(filter-out %-killed.t %-faults.t %-watch.t %-bombs.t %-krusty.t,$(wildcard tests/tools/*.t))

# What repeats itself many times over has to be seen there only a few times.
memcheck: export FAULT_RUNS := 3
memcheck: export KILL_STEP := 6
memcheck: export RENDER_TREES := 10
memcheck: all $(UTEST) $(HELP) $(BIN:$(B)/bin/%=$(B)/memcheck/%) ## quick, under valgrind
	$(if $(TESTS),,$(TESTENV) $(PROVE) -j2 -e '$(VALGRIND)' $(UTEST))
	$(TESTENV) PATH="$(CURDIR)/$(B)/memcheck:$(CURDIR)/$(B)/bin:$(CURDIR)/$(B)/helper:$$PATH" \
	    POUNDLOCK_EXEC_PATH="$(CURDIR)/$(B)/memcheck" \
	    $(WITH) $(PROVE) -j2 $(or $(TESTS),$(MEMTESTS))

$(B)/memcheck/%: $(B)/bin/%
	@mkdir -p $(@D)
	printf '#!/bin/sh\nexec $(VALGRIND) "%s" "$$@"\n' \
	    "$(CURDIR)/$<" >$@
	chmod 0755 $@

# FUZZ='NAME...' picks from tests/fuzz/fuzz_NAME.c.  What is found stays in
# build/fuzz; build/unit/fuzz_NAME.t FILE shows it in a debugger or valgrind.
FUZZ_SECONDS ?= 60
FUZZFLAGS := -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 \
	-max_len=16384 -print_final_stats=1

fuzz: ## run each fuzz target for a minute, or FUZZ_SECONDS
	$(MAKE) B=build/fuzz CC=clang CFLAGS='-O1 -g -fno-omit-frame-pointer' \
	    HARDEN= SAN='-fsanitize=fuzzer-no-link,address,undefined \
	    -fno-sanitize-recover=all' $(FUZZ:%=fuzz-%)

fuzz-%: $(B)/bin/fuzz_%
	@mkdir -p $(B)/corpus/$*
	$< $(FUZZFLAGS) -artifact_prefix=$(B)/$*- \
	    $(addprefix -dict=,$(wildcard tests/fuzz/$*.dict)) $(B)/corpus/$* \
	    tests/fuzz/seeds/$* >$(B)/$*.log 2>&1 || { tail -n 60 $(B)/$*.log; exit 1; }
	@printf '%s: %s\n' $* "$$(grep '^Done ' $(B)/$*.log)"

$(B)/bin/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/libpoundlock.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(DEP_LIBS) $(LDLIBS)

demo: ## show the whole thing on a cluster of its own, then clean up
	scripts/deps build cluster containers
	$(MAKE) all
	tests/demo

data: ## write what the build takes from Kubernetes' OpenAPI anew
	scripts/gen-build-data

bench: ## measure beside kubectl, kustomize and kapp, on a cluster (BENCH=PART: only that)
	scripts/deps build test cluster
	$(MAKE) all $(HELP)
	$(TESTENV) $(WITH) tests/bench/run $(BENCH)

# --- reading ----------------------------------------------------------------

CFILES := $(wildcard lib/*.[ch] lib/*/*.[ch] tools/*.[ch])
SFILES := $(shell grep -lsE '^\#!.*sh$$|shellcheck shell=' scripts/* .ci/* \
	tests/* tests/*/*)

lint: lint-format lint-tidy lint-cppcheck lint-shell lint-go lint-man lint-tree
lint: hdrcheck
lint: ## read the code with clang-format, clang-tidy, cppcheck and the like

lint-format:
	clang-format --dry-run -Werror $(CFILES) $(wildcard tests/*/*.[ch])

lint-tidy:
	printf '%s\n' $(filter %.c,$(CFILES)) | xargs -P 2 -I FILE \
	    clang-tidy --quiet FILE -- -std=c17 $(ALL_CPPFLAGS) 2>/dev/null

# In C a NULL ends a list of arguments: it is a pointer in every libc we know.
# cppcheck can't see that die() does not return; clang's analyzer can.
lint-cppcheck:
	cppcheck -q -j 2 --std=c11 --enable=warning,portability,performance \
	    --inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem \
	    --suppress=varFuncNullUB --suppress=nullPointerRedundantCheck \
	    --suppress=arrayIndexOutOfBoundsCond -Ilib lib tools

lint-shell:
	shellcheck $(SFILES)

lint-go:
	$(if $(GOHELP),test -z "$$(gofmt -l tests | tee /dev/stderr)")
	$(if $(GOHELP),cd tests/helper && for f in *.go; do \
	    GOTOOLCHAIN=auto go vet $$f || exit 1; done)

lint-man:
	$(if $(wildcard man/*),mandoc -Tlint -Wwarning man/*)

# A file has one subject, a module includes what is above it, and the tree stands
# anywhere.
lint-tree:
	@wc -l $(CFILES) | awk '$$2 != "total" && \
	    $$1 > ($$2 ~ /c$$/ ? 500 : 250) { print $$2 ": " $$1 " lines"; bad = 1 } \
	    END { exit bad }'
	@awk -F '[`/"]' 'FNR == NR { if (/^[|] `/) rank[$$2] = NR; next } \
	    /^#include "[a-z]*\// { n = split(FILENAME, at, "/"); \
	    if (rank[$$2] > rank[at[n - 1]] || !rank[$$2]) { bad = 1; \
	    print FILENAME ": " $$2 "/ is not above it in lib/README.md" } } \
	    END { exit bad }' lib/README.md $(filter lib/%,$(CFILES))
	@! grep -rnE '(^|[^A-Za-z0-9_.])/(work|root|farm|home)/' \
	    --exclude-dir=.git --exclude=.git --exclude-dir=build --exclude-dir=.cluster \
	    --exclude=Makefile .

hdrcheck: ## each header compiles alone
	@for h in $(filter %.h,$(CFILES)); do \
	    $(CC) $(ALL_CPPFLAGS) -std=c17 $(WARN) -Werror -fsyntax-only \
		-x c -include $$h /dev/null || exit 1; \
	done

# --- installing -------------------------------------------------------------

install: all ## install into $(DESTDIR)$(PREFIX)
	mkdir -p $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR)
	install -m 0755 $(BIN) $(DESTDIR)$(LIBEXECDIR)
	sed 's|@LIBEXECDIR@|$(LIBEXECDIR)|g' $(B)/bin/poundlock \
	    >$(DESTDIR)$(BINDIR)/poundlock
	chmod 0755 $(DESTDIR)$(BINDIR)/poundlock
	ln -sf poundlock $(DESTDIR)$(BINDIR)/kubectl-poundlock
	for f in man/*.[157]; do \
	    install -D -m 0644 $$f $(DESTDIR)$(MANDIR)/man$${f##*.}/$${f##*/} || \
		exit 1; \
	done

uninstall: ## remove what install installed
	rm -f $(TOOLS:%=$(DESTDIR)$(LIBEXECDIR)/%) $(DESTDIR)$(BINDIR)/poundlock \
	    $(DESTDIR)$(BINDIR)/kubectl-poundlock
	for f in man/*.[157]; do \
	    rm -f $(DESTDIR)$(MANDIR)/man$${f##*.}/$${f##*/}; \
	done
	rmdir $(DESTDIR)$(LIBEXECDIR)

DIST := poundlock-$(VERSION)

dist: ## make the release's archive
	git -c safe.directory='*' archive --prefix=$(DIST)/ -o $(DIST).tar.gz HEAD

# Unpack what would be shipped, build it, test it, install it, run it.
distcheck: dist ## see that the archive builds, installs and runs
	rm -rf build/dist && mkdir -p build/dist
	tar xzf $(DIST).tar.gz -C build/dist
	$(MAKE) -C build/dist/$(DIST) B=build all unit
	$(MAKE) -C build/dist/$(DIST) B=build install \
	    DESTDIR="$(CURDIR)/build/dist/root" PREFIX=/usr
	for t in poundlock $(TOOLS:%='poundlock %'); do \
	    build/dist/root/usr/bin/$$t --version || exit 1; \
	done
	$(MAKE) -C build/dist/$(DIST) B=build uninstall \
	    DESTDIR="$(CURDIR)/build/dist/root" PREFIX=/usr
	test -z "$$(find build/dist/root ! -type d)"

clean: ## remove build/ and what a cut-off test run left
	-CLUSTER_PODS=kwok CLUSTER_DIR=.cluster/with-kwok tests/cluster/cluster down
	-CLUSTER_PODS=kubelet CLUSTER_DIR=.cluster/with-pods tests/cluster/cluster down
	rm -rf build .cluster

help: ## say what each target does
	@sed -n 's/^\([a-z]*\):[^#]*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

.PHONY: all check data unit tools quick asan memcheck fuzz demo bench lint lint-format \
	lint-tidy lint-cppcheck lint-shell lint-go lint-man lint-tree hdrcheck install \
	uninstall dist distcheck clean help
.DELETE_ON_ERROR:
.SECONDARY:
-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)
