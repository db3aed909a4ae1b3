# GNU make.  Everything built goes to $(B); nothing is generated in the tree.
VERSION := 0.1.0
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec/poundlock
MANDIR  ?= $(PREFIX)/share/man
B       ?= build

TOOLS := $(patsubst tools/%.c,%,$(wildcard tools/*.c))
LIB   := $(patsubst lib/%.c,%,$(wildcard lib/*.c lib/*/*.c))
UNIT  := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))

PKG_CONFIG ?= pkg-config
DEPS       := yaml-0.1 libcurl libcrypto
# jq 1.6 (Debian 12) ships no libjq.pc.
JQ_CFLAGS  := $(shell $(PKG_CONFIG) --silence-errors --cflags libjq)
JQ_LIBS    := $(shell $(PKG_CONFIG) --silence-errors --libs libjq || echo -ljq)
DEP_CFLAGS := $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(DEPS)) $(JQ_CFLAGS))
DEP_LIBS   := $(JQ_LIBS) $(shell $(PKG_CONFIG) --libs $(DEPS)) -lm

CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wwrite-strings -Wvla -Wformat=2 -Wundef -Wcast-align \
	-Wnull-dereference -Wimplicit-fallthrough
HARDEN  := -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection -fPIE
ALL_CPPFLAGS := -D_XOPEN_SOURCE=700 -DVERSION='"$(VERSION)"' -iquote lib $(DEP_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS   := -std=c17 $(WARN) $(HARDEN) $(CFLAGS) $(SAN)
ALL_LDFLAGS  := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS) $(SAN)

BIN   := $(TOOLS:%=$(B)/bin/%)
DRIVER := $(patsubst scripts/%,$(B)/bin/%,$(wildcard scripts/poundlock))
LIBO  := $(LIB:%=$(B)/lib/%.o)
UTEST := $(UNIT:%=$(B)/unit/%.t)

all: $(BIN) $(DRIVER) ## build everything into build/bin

$(BIN): $(B)/bin/%: $(B)/tools/%.o $(B)/libpoundlock.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(DEP_LIBS) $(LDLIBS)

$(DRIVER): $(B)/bin/%: scripts/%
	@mkdir -p $(@D)
	install -m 0755 $< $@

$(B)/libpoundlock.a: $(LIBO)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/unit/%.t: $(B)/tests/unit/test_%.o $(B)/libpoundlock.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(DEP_LIBS) -lcmocka $(LDLIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

PROVE := PATH="$(CURDIR)/$(B)/bin:$$PATH" CMOCKA_MESSAGE_OUTPUT=TAP \
	prove $(PROVEFLAGS)

unit: $(UTEST) ## run the unit tests
	$(PROVE) $(UTEST)

tools: all ## test each tool alone; on the cluster of $KUBECONFIG, if it is local
	$(PROVE) tests/tools

lint:
	clang-format --dry-run -Werror $(wildcard lib/*.[ch] lib/*/*.[ch] tools/*.c tests/*/*.[ch])

help: ## say what each target does
	@sed -n 's/^\([a-z]*\):[^#]*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

clean: ## remove build/
	rm -rf build

.PHONY: all unit tools lint help clean
.DELETE_ON_ERROR:
.SECONDARY:
-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)
