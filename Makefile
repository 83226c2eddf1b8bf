# tcptop - top for TCP and UDP connections. `make help` lists the targets.

VERSION = 0.1.0
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
SBINDIR = $(PREFIX)/sbin
MANDIR = $(PREFIX)/share/man

CC = cc
CLANG = clang
BPFTOOL = $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
LLVM_STRIP = $(firstword $(wildcard /usr/bin/llvm-strip) llvm-strip)

WARN = -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
       -Wpointer-arith -Wwrite-strings -Wundef -Wno-missing-field-initializers
CFLAGS = -O2 -g
CPPFLAGS += -D_GNU_SOURCE -DVERSION='"$(VERSION)"'

# The tests that make check runs, see scripts/check; none named: all.
TESTS =

# make SANITIZE=1: the same targets with ASan and UBSan, in a folder of their own.
ifdef SANITIZE
B = build-sanitize
CFLAGS = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
         -fno-sanitize-recover=undefined
else ifdef CROSS
# make CROSS=aarch64-linux-gnu-: for another machine, which $(RUN) stands for here; the
# tests are those that ask nothing of the kernel or the clock.
B = build-$(CROSS:%-=%)
CC = $(CROSS)gcc
TESTS = unit collect pipes savefile sort
export RUN = qemu-$(firstword $(subst -, ,$(CROSS)))
else
B = build
endif

# libbpf, libelf: the bpf backend. libpcap: packets. libcsv: the reader; it has no .pc file.
# cmocka: unit tests only.
BPF_LIBS = -lbpf -lelf
PCAP_LIBS = -lpcap
STREAM_LIBS = -lcsv
UNIT_LIBS = -lcmocka

TOOLS = tcptop-collect tcptop-sort tcptop-view
STREAM = $(patsubst src/stream/%.c,$(B)/stream/%.o,$(wildcard src/stream/*.c))
TERMKIT = $(patsubst src/term/%.c,$(B)/term/%.o,$(wildcard src/term/*.c))
# Only Linux has these; elsewhere tcptop-collect reads packets alone.
LINUX = backend_bpf backend_diag bpf_fail bpf_load cgroup diag_ask diag_end diag_entry diag_row \
        diag_table inodes jiffies lookup netns rights sockdiag
OS = $(shell uname -s)
COLLECT = $(patsubst src/collect/%.c,$(B)/collect/%.o,$(wildcard src/collect/*.c))
ifeq ($(OS),Linux)
COLLECT := $(filter-out %/rights_posix.o,$(COLLECT))
else
COLLECT := $(filter-out $(LINUX:%=$(B)/collect/%.o),$(COLLECT))
BPF_LIBS =
endif
SORT = $(patsubst src/sort/%.c,$(B)/sort/%.o,$(wildcard src/sort/*.c))
VIEW = $(patsubst src/view/%.c,$(B)/view/%.o,$(wildcard src/view/*.c))
UNITS = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
PEERS = $(patsubst tests/live/%.c,$(B)/live/%,$(wildcard tests/live/*.c))
# What unit tests and fuzzers link besides the stream library: all that needs neither BPF
# nor libpcap.
PURE = $(filter-out %/main.o,$(VIEW)) $(TERMKIT) \
       $(filter-out %/main.o %/bpf_load.o %/backend_bpf.o %/backend_pcap.o \
	   %/backend_savefile.o %/bpf_fail.o,$(COLLECT))
BPF = $(patsubst bpf/%.bpf.c,$(B)/bpf/%.bpf.o,$(wildcard bpf/*.bpf.c))
SKEL = $(B)/bpf/tcptop.skel.h

all: $(TOOLS:%=$(B)/%) $(B)/tcptop

help:
	@echo 'all        build the tools into $(B)/ (default)'
	@echo 'deps       install what is needed to build and test (scripts/bootstrap)'
	@echo 'run        build and run tcptop-collect | tcptop-view'
	@echo 'check      build and run all tests; the live ones need root'
	@echo 'check-unit the unit tests alone'
	@echo 'check-kernels  run the tools in Debian'"'"'s kernels, by QEMU; needs network once'
	@echo 'frames     write the frames of the unit tests anew, for git diff to judge'
	@echo 'bench      measure cost, as ratios; needs root'
	@echo 'lint       compilers'"'"' warnings, clang-format, clang-tidy, mandoc, shellcheck'
	@echo 'install    to DESTDIR, PREFIX ($(PREFIX)); uninstall takes it away again'
	@echo 'clean      remove what was built'
	@echo 'SANITIZE=1 with all or check: ASan and UBSan, in build-sanitize/'
	@echo 'CROSS=aarch64-linux-gnu- with all, check or check-kernels: for arm64, by QEMU'

# What check-kernels and CROSS need is installed only with them: make deps check-kernels.
deps:
	scripts/bootstrap $(patsubst check-%,%,$(filter check-kernels,$(MAKECMDGOALS))) \
	    $(CROSS:%=cross)

run: all
	$(B)/tcptop

# --- who may include whom ---------------------------------------------------------
# The ground floor sees itself; src/term, which knows terminals and no connections, the
# ground floor and itself; a tool the ground floor and itself, view also src/term. A
# wrong include does not compile.

$(B)/stream/%.o: INC = -Isrc/stream
$(B)/sort/%.o: INC = -Isrc/stream -Isrc/sort
$(B)/term/%.o: INC = -Isrc/stream -Isrc/term
$(B)/view/%.o: INC = -Isrc/stream -Isrc/term -Isrc/view
$(B)/collect/%.o: INC = -Isrc/stream -Isrc/collect
$(B)/collect/backend_bpf.o $(B)/collect/bpf_load.o: INC += -Ibpf -I$(B)/bpf
$(B)/collect/backend_bpf.o $(B)/collect/bpf_load.o: $(SKEL)

COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) -std=c11 $(WARN) -MMD -MP $(INC)

$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

$(B)/tcptop-collect: $(COLLECT) $(STREAM)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BPF_LIBS) $(PCAP_LIBS) $(STREAM_LIBS)

$(B)/tcptop-sort: $(SORT) $(STREAM)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(STREAM_LIBS)

$(B)/tcptop-view: $(VIEW) $(TERMKIT) $(STREAM)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(STREAM_LIBS)

$(B)/tcptop: scripts/tcptop
	@mkdir -p $(@D)
	install -m 755 $< $@

# --- BPF -----------------------------------------------------------------------------
# Stripped of DWARF (BTF stays), the object is a hundredth of the size.

BPF_ARCH = $(patsubst x86_64%,x86,$(patsubst aarch64%,arm64,$(shell $(CC) -dumpmachine | cut -d- -f1)))
BPF_CFLAGS = -g -O2 -target bpf -mcpu=v3 -ffreestanding -D__TARGET_ARCH_$(BPF_ARCH) \
	     -I/usr/include/$(shell $(CC) -print-multiarch) -Isrc/stream -Ibpf \
	     -Wall -Wextra -Wno-unused-parameter

$(B)/bpf/%.bpf.o: bpf/%.bpf.c
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/bpf/tcptop.o: $(BPF)
	$(BPFTOOL) gen object $@ $^
	$(LLVM_STRIP) -g $@

$(SKEL): $(B)/bpf/tcptop.o
	$(BPFTOOL) gen skeleton $< name tcptop_bpf >$@.tmp
	mv $@.tmp $@

.SECONDARY:

# --- tests -----------------------------------------------------------------------------

$(B)/unit/%: INC = -Isrc/stream -Isrc/term -Isrc/view -Isrc/collect
$(B)/unit/%: tests/unit/%.c $(STREAM) $(PURE)
	@mkdir -p $(@D)
	$(COMPILE) -MF $@.d $(LDFLAGS) -o $@ $(filter %.c %.o,$^) $(STREAM_LIBS) $(UNIT_LIBS)

$(B)/live/%: tests/live/%.c
	@mkdir -p $(@D)
	$(COMPILE) -MF $@.d $(LDFLAGS) -o $@ $< -lpthread

# For libFuzzer: run one as $(B)/fuzz/fuzz_packet -max_total_time=60.
FUZZ_CFLAGS = -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined

$(B)/fuzz/%: INC = -Isrc/stream -Isrc/term -Isrc/view -Isrc/collect
$(B)/fuzz/%: tests/fuzz/%.c $(patsubst $(B)/%.o,src/%.c,$(STREAM) $(PURE))
	@mkdir -p $(@D)
	$(CLANG) $(CPPFLAGS) $(FUZZ_CFLAGS) -std=c11 $(WARN) $(INC) -o $@ $^ $(PCAP_LIBS) $(STREAM_LIBS)

check: all $(UNITS) $(PEERS)
	B=$(B) scripts/check $(TESTS)

check-unit: $(UNITS)
	B=$(B) scripts/check unit

check-kernels: all $(PEERS)
	B=$(B) scripts/check-kernels

# The frames that tests/unit/test_screen.c compares with, as they are drawn now.
frames: $(B)/unit/test_screen
	TCPTOP_REFRESH=1 $<

# Each prints its targets, and whether they were met.
bench: all $(PEERS)
	s=0; for t in bench hooks packets view; do \
	    B=$(B) CC='$(CC)' CLANG='$(CLANG)' tests/bench/$$t || s=1; done; exit $$s

# What other systems compile, read as if this were not Linux: no proof, but a first look.
portable:
	@for f in $(filter-out $(LINUX:%=src/collect/%.c),$(wildcard src/*/*.c)); do \
	    $(CC) $(CPPFLAGS) -U__linux__ -std=c11 $(WARN) -Werror -fsyntax-only -Isrc/stream \
	    -Isrc/term -Isrc/sort -Isrc/view -Isrc/collect $$f || exit 1; done

# --- house --------------------------------------------------------------------------------

lint:
	scripts/lint

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(SBINDIR) $(DESTDIR)$(MANDIR)/man1 \
	    $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man8
	install -m 755 $(B)/tcptop-collect $(DESTDIR)$(SBINDIR)
	install -m 755 $(B)/tcptop-sort $(B)/tcptop-view $(B)/tcptop $(DESTDIR)$(BINDIR)
	install -m 644 man/*.1 $(DESTDIR)$(MANDIR)/man1
	install -m 644 man/*.5 $(DESTDIR)$(MANDIR)/man5
	install -m 644 man/*.8 $(DESTDIR)$(MANDIR)/man8

uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/tcptop-collect
	rm -f $(addprefix $(DESTDIR)$(BINDIR)/,tcptop-sort tcptop-view tcptop)
	rm -f $(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(wildcard man/*.1)))
	rm -f $(addprefix $(DESTDIR)$(MANDIR)/man5/,$(notdir $(wildcard man/*.5)))
	rm -f $(addprefix $(DESTDIR)$(MANDIR)/man8/,$(notdir $(wildcard man/*.8)))

clean:
	rm -rf build build-*/

.PHONY: all help deps run frames check check-unit check-kernels bench portable lint install uninstall clean
.DELETE_ON_ERROR:

-include $(wildcard $(B)/*/*.d)
