# Vigie's one Makefile. A folder's files are found, not listed.
#   make            build ./vigie            make run     the whole system on loopback, with a sample day
#   make test       everything (installs what is missing)     make check   the quick part
#   SAN=address,undefined   builds beside the plain build
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:

PACKAGES := build-essential pkg-config libevent-dev libpcre2-dev \
	libhiredis-dev libyaml-dev libssl-dev libsqlite3-dev libsimdjson-dev \
	libjansson-dev libexpat1-dev libxxhash-dev libcurl4-openssl-dev \
	libcmocka-dev redis-server tzdata
PKGS := libevent libevent_pthreads libpcre2-8 hiredis yaml-0.1 libcrypto sqlite3 simdjson jansson \
	expat libcurl

O := build
ifneq ($(SAN),)
O := build/san
SANFLAGS := -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
endif

CC ?= gcc
CXX ?= g++
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

.PHONY: all deps run test check unit golden layers fuzz bench lint clean install
all: $(VIGIE)

$O/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
$O/%.opp: %.cpp
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c $< -o $@
$O/libvigie.a: $(LIBOBJ)
	@rm -f $@
	@ar rcs $@ $^
$(VIGIE): $O/engine/cli/main.o $O/libvigie.a
	$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$O/unit/%: $O/tests/unit/%.o $O/libvigie.a
	@mkdir -p $(@D)
	$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka
-include $(shell find $O -name '*.d' 2>/dev/null)

clean:
	rm -rf build vigie
