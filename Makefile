# Vigie's one Makefile. A folder's files are found, not listed.
#   make            build ./vigie            make run     the whole system on loopback, with a sample day
#   make test       everything (installs what is missing)     make check   the quick part
#   SAN=address,undefined   builds beside the plain build
SHELL := /bin/bash
# V=1 shows the whole commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2))
.DELETE_ON_ERROR:
.SUFFIXES:

PACKAGES := build-essential pkg-config libevent-dev libpcre2-dev \
	libhiredis-dev libyaml-dev libssl-dev libsqlite3-dev libsimdjson-dev \
	libjansson-dev libexpat1-dev libxxhash-dev libcurl4-openssl-dev \
	zlib1g-dev libzstd-dev libcmocka-dev redis-server tzdata jq iproute2 procps bsdutils
PKGS := libevent libevent_pthreads libpcre2-8 hiredis yaml-0.1 libcrypto sqlite3 simdjson jansson \
	expat libcurl zlib libzstd

O := build
ifneq ($(SAN),)
O := build/san
SANFLAGS := -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
endif

# make's own default for CC is cc: only a CC of the user's counts.
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := g++
endif
OPT ?= -O2 -g
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion \
	-Wmissing-prototypes -Wcast-qual -Wvla -Werror
HARD := -fstack-protector-strong -fPIE -fno-strict-aliasing \
	$(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
CPPFLAGS += -D_GNU_SOURCE -I. $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
CFLAGS = -std=c17 $(OPT) $(WARN) $(HARD) $(SANFLAGS)
CXXFLAGS = -std=c++17 $(OPT) -Wall -Wextra -Wshadow -Werror $(HARD) $(SANFLAGS)
LDFLAGS += -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed $(SANFLAGS)
LDLIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lpthread -lm

SRC := $(filter-out engine/cli/main.c,$(wildcard engine/*/*.c))
CXXSRC := $(wildcard engine/*/*.cpp)
LIBOBJ := $(SRC:%.c=$O/%.o) $(CXXSRC:%.cpp=$O/%.opp)
UNIT := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*_test.c))

ifeq ($(SAN),)
VIGIE := vigie
else
VIGIE := $O/vigie
endif

.PHONY: all deps run test check unit golden layers data e2e fuzz bench \
	bench-rules random lint \
	clean install
all: $(VIGIE)

$O/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
$O/%.opp: %.cpp
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c $< -o $@
$O/libvigie.a: $(LIBOBJ)
	@rm -f $@
	@ar rcs $@ $^
$(VIGIE): $O/engine/cli/main.o $O/libvigie.a
	$(call say,LD,$@)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$O/unit/%: $O/tests/unit/%.o $O/libvigie.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka
-include $(shell find $O -name '*.d' 2>/dev/null)

# --- what a newcomer needs --------------------------------------------------
deps:
	@packaging/deps.sh $(PACKAGES)

run: deps
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	@packaging/try.sh $(if $(filter no,$(SAMPLE)),,samples/day.log)

# --- tests --------------------------------------------------------------------
# All of it: the plain build and the sanitizers' build, units, golden files,
# layers, the tests in packs and rules, and end to end with a real Redis.
test: deps
	@$(MAKE) --no-print-directory -j$(shell nproc) all build-tests
	@$(MAKE) --no-print-directory -j$(shell nproc) SAN=address,undefined \
		OPT="-O1 -g" all build-tests
	@tests/run.sh layers unit golden data e2e sanitized

check: all build-tests
	@tests/run.sh layers unit golden data

.PHONY: build-tests
build-tests: $(UNIT:%=$O/unit/%)

unit golden layers data e2e: all build-tests
	@tests/run.sh $@

# The random tests against their plain references, at length: 20 million pairs
# of rule and event, a million correlations. SEED is the first one.
SEED ?= 1
random: build-tests
	DETECT_SEED=$(SEED) DETECT_PAIRS=20000000 $O/unit/detect_random_test
	WINDOWS_SEED=$(SEED) WINDOWS_CASES=1000000 $O/unit/windows_test

# --- fuzzing: clang's libFuzzer; SECONDS each ------------------------------------
FUZZ := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
SECONDS ?= 60
fuzz:
	@tests/fuzz/run.sh $(SECONDS) $(FUZZ)

# A million bent lines under the sanitizers: LINES, SEED, CORPORA=DIR.
.PHONY: soak-lines
soak-lines: all
	@$(MAKE) --no-print-directory $(BENCHBIN)/mutate $(BENCHBIN)/corpus
	@$(MAKE) --no-print-directory SAN=address,undefined OPT="-O1 -g" all
	@tests/soak/lines.sh

bench: all
	@bench/run.sh

# What loaded rules cost: needs SigmaHQ's rules, see the script.
bench-rules: all
	@bench/rules.sh

BENCHBIN := build/bench
.PHONY: bench-tools bench-packs bench-hostile
bench-packs: bench-tools
	@bench/packs.sh
bench-hostile: bench-tools
	@taskset -c $(or $(CPU),0) $(BENCHBIN)/hostile $(if $(ALL),--all)
bench-tools: all $(BENCHBIN)/corpus $(BENCHBIN)/send $(BENCHBIN)/stages \
	$(BENCHBIN)/watch $(BENCHBIN)/latency $(BENCHBIN)/matches \
	$(BENCHBIN)/packs $(BENCHBIN)/hostile
$(BENCHBIN)/corpus: bench/corpus.c $(wildcard bench/corpus/*.[ch])
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -pie -o $@ bench/corpus.c bench/corpus/*.c
$(BENCHBIN)/send: bench/send.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -pie -o $@ $<
$(BENCHBIN)/hostile: $O/bench/worst.o
$(BENCHBIN)/mutate: $O/tests/soak/mutate.o $O/libvigie.a
	@mkdir -p $(@D)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BENCHBIN)/%: $O/bench/%.o $O/libvigie.a
	@mkdir -p $(@D)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# docs/fields.md below its mark, from the packs.
.PHONY: fields
fields: all
	@{ sed '/^<!-- made by/q' docs/fields.md; \
		./vigie check --fields parsers 2>/dev/null; } >docs/fields.new
	@mv docs/fields.new docs/fields.md

lint:
	@clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h') || true
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability \
		--suppress=missingIncludeSystem -I. engine

DESTDIR ?=
PREFIX ?= /usr
install: all
	install -Dm755 vigie $(DESTDIR)$(PREFIX)/bin/vigie
	mkdir -p $(DESTDIR)$(PREFIX)/share/vigie
	cp -r parsers correlation-rules $(DESTDIR)$(PREFIX)/share/vigie/

clean:
	rm -rf build vigie
