#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "help.h"
#include "num.h"
#include "options.h"

enum {
	OPT_TIME = 256,
	OPT_LPORT,
	OPT_RPORT,
	OPT_UDP_TIMEOUT,
	OPT_UDP_FLOWS,
	OPT_LOCAL,
	OPT_MAX_FLOWS,
	OPT_HOST,
	OPT_RING,
	OPT_BACKLOG,
};

static const char short_options[] = "46tulxHd:c:f:o:b:i:r:F:p:P:C:A:hV";

static const struct option long_options[] = {
    {"tcp", no_argument, NULL, 't'},
    {"udp", no_argument, NULL, 'u'},
    {"listen", no_argument, NULL, 'l'},
    {"changed", no_argument, NULL, 'x'},
    {"no-header", no_argument, NULL, 'H'},
    {"interval", required_argument, NULL, 'd'},
    {"count", required_argument, NULL, 'c'},
    {"format", required_argument, NULL, 'f'},
    {"columns", required_argument, NULL, 'o'},
    {"backend", required_argument, NULL, 'b'},
    {"interface", required_argument, NULL, 'i'},
    {"read", required_argument, NULL, 'r'},
    {"filter", required_argument, NULL, 'F'},
    {"port", required_argument, NULL, 'p'},
    {"lport", required_argument, NULL, OPT_LPORT},
    {"rport", required_argument, NULL, OPT_RPORT},
    {"pid", required_argument, NULL, 'P'},
    {"comm", required_argument, NULL, 'C'},
    {"addr", required_argument, NULL, 'A'},
    {"time", required_argument, NULL, OPT_TIME},
    {"udp-timeout", required_argument, NULL, OPT_UDP_TIMEOUT},
    {"udp-flows", required_argument, NULL, OPT_UDP_FLOWS},
    {"local", required_argument, NULL, OPT_LOCAL},
    {"max-flows", required_argument, NULL, OPT_MAX_FLOWS},
    {"host", required_argument, NULL, OPT_HOST},
    {"ring", required_argument, NULL, OPT_RING},
    {"backlog", required_argument, NULL, OPT_BACKLOG},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

/* option: its name as the user may have typed it */
static void __attribute__((noreturn))
wrong(const char *option, const char *value, const char *right)
{
	errx(EXIT_USAGE, "%s '%s': %s", option, value, right);
}

static uint64_t
number(const char *option, const char *text, uint64_t lo, uint64_t hi)
{
	char right[64];
	uint64_t v;

	if (num_u64(text, lo, hi, &v) < 0) {
		snprintf(right, sizeof(right), "not a number from %llu to %llu",
		    (unsigned long long)lo, (unsigned long long)hi);
		wrong(option, text, right);
	}
	return v;
}

static void
ports(const char *option, const char *text, struct ports *p)
{
	if (num_ports(text, &p->lo, &p->hi) < 0)
		wrong(
		    option, text, "not a port (0 to 65535) or a range such as 8000-8099");
}

static void
set_columns(struct options *o, const char *text)
{
	const char *bad;
	size_t len;
	int ret;

	ret = column_list_parse(&o->columns, text, &bad, &len);
	if (ret == -EEXIST)
		errx(EXIT_USAGE, "-o (--columns) '%s': column '%.*s' is named twice",
		    text, (int)len, bad);
	if (ret < 0)
		errx(EXIT_USAGE,
		    "-o (--columns) '%s': unknown column '%.*s'; tcptop(5) lists them",
		    text, (int)len, bad);
}

static void
interval(const char *opt, const char *text, uint64_t *ns)
{
	switch (num_interval(text, ns)) {
	case 0:
		return;
	case -ERANGE:
		wrong(opt, text, "out of range, 0.01 to 3600 seconds");
	default:
		wrong(opt, text, "not an interval such as 1, 0.1 or 250ms");
	}
}

static void
network(const char *option, const char *text, struct addr_net *net)
{
	switch (addr_parse_net(net, text)) {
	case 0:
		return;
	case -ERANGE:
		wrong(option, text,
		    "prefix too long, at most /32 for IPv4 and /128 for IPv6");
	default:
		wrong(option, text,
		    "not an address or network such as 10.0.0.0/8 or fe80::/10");
	}
}

/* One more in a list of n. Returns n + 1. */
static int
one_more(const char *option, const char *text, int n)
{
	if (n == OPTIONS_LIST)
		wrong(option, text, "one too many, 16 are the most");
	return n + 1;
}

static void
interface(struct options *o, const char *text)
{
	if (text[0] == '\0')
		wrong("-i (--interface)", text, "not an interface");
	o->n_interfaces = one_more("-i (--interface)", text, o->n_interfaces);
	o->interfaces[o->n_interfaces - 1] = text;
}

static void
local(struct options *o, const char *text)
{
	o->n_locals = one_more("--local", text, o->n_locals);
	network("--local", text, &o->locals[o->n_locals - 1]);
}

static void
comm(struct options *o, const char *text)
{
	if (text[0] == '\0' || strlen(text) > 15)
		wrong("-C (--comm)", text,
		    "not a process name; the kernel keeps 1 to 15 bytes of it");
	o->comm = text;
}

static void
host(struct options *o, const char *text)
{
	if (strlen(text) >= sizeof(o->host))
		wrong("--host", text, "longer than 71 bytes");
	snprintf(o->host, sizeof(o->host), "%s", text);
}

static void
ring(struct options *o, const char *text)
{
	o->ring_bytes = (uint32_t)number("--ring", text, 4096, 1u << 30);
	/* bpf(2): pages, and a power of two of them. */
	if ((o->ring_bytes & (o->ring_bytes - 1)) != 0)
		wrong("--ring", text, "not a power of two");
	if (o->ring_bytes < (uint32_t)getpagesize())
		wrong("--ring", text, "less than a page");
}

/* One of two words. Returns 0 for the first, 1 for the second. */
static int
choice(const char *option, const char *text, const char *first, const char *second)
{
	char right[64];

	if (strcmp(text, first) == 0)
		return 0;
	if (strcmp(text, second) == 0)
		return 1;
	snprintf(right, sizeof(right), "neither %s nor %s", first, second);
	wrong(option, text, right);
}

static void __attribute__((noreturn))
print_and_exit(const char *first, const char *second)
{
	if (printf("%s%s", first, second) < 0 || fflush(stdout) != 0)
		err(EXIT_FAILED, "stdout");
	exit(0);
}

/* Options that say something of a row. Returns whether opt was one. */
static int
filter_option(struct options *o, int opt, const char *arg)
{
	switch (opt) {
	case 't':
		o->tcp = 1;
		break;
	case 'u':
		o->udp = 1;
		break;
	case '4':
		o->v4 = 1;
		break;
	case '6':
		o->v6 = 1;
		break;
	case 'l':
		o->listen = 1;
		break;
	case 'x':
		o->changed = 1;
		break;
	case 'p':
		ports("-p (--port)", arg, &o->port);
		break;
	case OPT_LPORT:
		ports("--lport", arg, &o->lport);
		break;
	case OPT_RPORT:
		ports("--rport", arg, &o->rport);
		break;
	case 'P':
		o->pid = (uint32_t)number("-P (--pid)", arg, 1, INT32_MAX);
		break;
	case 'C':
		comm(o, arg);
		break;
	case 'A':
		network("-A (--addr)", arg, &o->addr);
		o->addr_set = 1;
		break;
	default:
		return 0;
	}
	return 1;
}

static void
other_option(struct options *o, int opt)
{
	switch (opt) {
	case 'd':
		interval("-d (--interval)", optarg, &o->interval_ns);
		break;
	case 'c':
		o->count = number("-c (--count)", optarg, 1, UINT64_MAX);
		break;
	case 'f':
		o->format = choice("-f (--format)", optarg, "csv", "tsv") ? FORMAT_TSV
									  : FORMAT_CSV;
		break;
	case 'o':
		set_columns(o, optarg);
		break;
	case 'H':
		o->header = 0;
		break;
	case OPT_TIME:
		o->epoch = choice("--time", optarg, "rfc3339", "epoch");
		break;
	case 'b':
		o->backend = optarg;
		break;
	case OPT_HOST:
		host(o, optarg);
		break;
	case OPT_RING:
		ring(o, optarg);
		break;
	case OPT_BACKLOG:
		o->backlog = (uint32_t)number("--backlog", optarg, 1, 16 << 20);
		break;
	case OPT_UDP_TIMEOUT:
		interval("--udp-timeout", optarg, &o->udp_timeout_ns);
		break;
	case OPT_UDP_FLOWS:
		o->udp_flows = (uint32_t)number("--udp-flows", optarg, 1, 16 << 20);
		break;
	case 'i':
		interface(o, optarg);
		break;
	case 'r':
		o->read_file = optarg;
		break;
	case 'F':
		o->pcap_filter = optarg;
		break;
	case OPT_LOCAL:
		local(o, optarg);
		break;
	case OPT_MAX_FLOWS:
		o->max_flows = (uint32_t)number("--max-flows", optarg, 1, 64 << 20);
		break;
	case 'h':
		print_and_exit(help_usage, help_text);
	case 'V':
		print_and_exit("tcptop-collect ", VERSION "\n");
	default:
		exit(EXIT_USAGE);
	}
}

/* Do the options that say where connections come from go together? */
static void
check_source(const struct options *o)
{
	const char *name = o->backend;

	if (strcmp(name, "auto") != 0 && strcmp(name, "bpf") != 0 &&
	    strcmp(name, "pcap") != 0 && strcmp(name, "diag") != 0)
		wrong("-b (--backend)", name,
		    "no backend; there are auto, bpf, pcap and diag");
	if (o->n_interfaces > 0 && o->read_file != NULL)
		wrong("-r (--read)", o->read_file, "not together with -i");
	if (o->n_interfaces > 0 || o->read_file != NULL) {
		if (strcmp(name, "bpf") == 0 || strcmp(name, "diag") == 0)
			wrong("-b (--backend)", name, "not together with -i or -r");
		return;
	}
	if (strcmp(name, "diag") == 0 && o->udp && !o->tcp)
		wrong(
		    "-b (--backend)", name, "sees no UDP, so not together with -u alone");
	if (strcmp(name, "pcap") == 0)
		wrong("-b (--backend)", name, "needs -i INTERFACE or -r FILE");
	if (o->pcap_filter != NULL)
		wrong("-F (--filter)", o->pcap_filter, "needs -i INTERFACE or -r FILE");
	if (o->n_locals > 0)
		errx(EXIT_USAGE, "--local: needs -i INTERFACE or -r FILE");
}

void
options_parse(struct options *o, int argc, char **argv)
{
	int opt;

	memset(o, 0, sizeof(*o));
	o->interval_ns = 1000000000;
	o->header = 1;
	o->port.hi = o->lport.hi = o->rport.hi = UINT16_MAX;
	o->backlog = 131072;
	o->udp_timeout_ns = 5000000000;
	o->udp_flows = 65536;
	o->max_flows = 1000000;
	o->backend = "auto";
	column_list_default(&o->columns);
	if (gethostname(o->host, sizeof(o->host) - 1) < 0)
		o->host[0] = '\0';

	while ((opt = getopt_long(argc, argv, short_options, long_options, NULL)) != -1)
		if (!filter_option(o, opt, optarg))
			other_option(o, opt);
	if (optind < argc)
		errx(EXIT_USAGE, "unexpected argument '%s'; -h lists the options",
		    argv[optind]);
	check_source(o);
	if (!o->v4 && !o->v6)
		o->v4 = o->v6 = 1;
	if (!o->tcp && !o->udp)
		o->tcp = o->udp = 1;
}
