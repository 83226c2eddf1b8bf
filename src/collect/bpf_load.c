#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf_fail.h"
#include "bpf_load.h"
#include "cgroup.h"
#include "jiffies.h"
#include "netns.h"
#include "rights.h"

/* How far our CLOCK_MONOTONIC is ahead of the kernel's, time_namespaces(7). */
static int64_t
clock_offset_ns(void)
{
	static const char name[] = "monotonic";
	int64_t ns;
	char line[128], *at;
	FILE *f;

	f = fopen("/proc/self/timens_offsets", "re");
	if (f == NULL)
		return 0;
	ns = 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, sizeof(name) - 1) == 0) {
			ns = strtoll(line + sizeof(name) - 1, &at, 10) * 1000000000;
			ns += strtoll(at, NULL, 10);
		}
	fclose(f);
	return ns;
}

uint64_t
programs_clock_ns(void)
{
	static int64_t offset_ns;
	static int known;
	struct timespec t;

	if (!known)
		offset_ns = clock_offset_ns();
	known = 1;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)((int64_t)t.tv_sec * 1000000000 + t.tv_nsec - offset_ns);
}

static int
print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static void
set_filter(struct filter *f, const struct options *o)
{
	const struct ports *from[3];
	uint16_t *to[3];
	int i;

	from[0] = &o->port, to[0] = f->port;
	from[1] = &o->lport, to[1] = f->lport;
	from[2] = &o->rport, to[2] = f->rport;
	for (i = 0; i < 3; i++) {
		to[i][0] = from[i]->lo;
		to[i][1] = from[i]->hi;
	}
	f->pid = o->pid;
	f->addr_set = o->addr_set;
	memcpy(f->addr, o->addr.addr, sizeof(f->addr));
	memcpy(f->mask, o->addr.mask, sizeof(f->mask));
	f->no_tcp = !o->tcp;
	f->no_v4 = !o->v4;
	f->no_v6 = !o->v6;
	f->listen = o->listen;
	f->changed = o->changed;
	if (o->comm != NULL)
		snprintf(f->comm, sizeof(f->comm), "%s", o->comm);
}

/* What is not wanted, or not possible, is not even loaded. */
static void
choose_programs(struct tcptop_bpf *k, int tcp, int udp)
{
	bpf_program__set_autoload(k->progs.on_state_first, tcp);
	bpf_program__set_autoload(k->progs.on_state_second, tcp);
	bpf_program__set_autoload(k->progs.walk, tcp);
	bpf_program__set_autoload(k->progs.scan_netns, tcp);
	bpf_program__set_autoload(k->progs.udp_in, udp);
	bpf_program__set_autoload(k->progs.udp_out, udp);
	bpf_program__set_autoload(k->progs.udp_create, udp);
	bpf_program__set_autoload(k->progs.udp_release, udp);
	bpf_program__set_autoload(k->progs.walk_udp, udp);
	bpf_program__set_autoload(k->progs.walk_peers, udp);
	bpf_program__set_autoload(k->progs.walk_hosts, udp);
}

/* Settings that the programs see as constants; only columns asked for are gathered. */
static int
configure(struct tcptop_bpf *k, const struct options *o, int udp)
{
	uint32_t ring_bytes;
	int i, ret;

	ring_bytes = o->ring_bytes != 0 ? o->ring_bytes : RING_BYTES;
	set_filter(&k->rodata->filter, o);
	k->rodata->filter.no_udp = !udp;
	for (i = 0; i < o->columns.n; i++)
		k->rodata->want |= HAS(o->columns.col[i]);
	k->rodata->ring_bytes = ring_bytes;
	prctl(PR_GET_NAME, k->rodata->self);
	k->rodata->udp_timeout_ns = o->udp_timeout_ns;
	choose_programs(k, o->tcp, udp);
	ret = bpf_map__set_max_entries(k->maps.reports, ring_bytes);
	if (ret == 0)
		ret = bpf_map__set_max_entries(k->maps.peers, o->udp_flows);
	if (ret == 0)
		ret = bpf_map__set_max_entries(k->maps.hosts, o->udp_flows);
	return ret;
}

static int
on_report(void *ctx, void *data, size_t len)
{
	backlog_add(ctx, data, len < REPORT_BYTES ? len : REPORT_BYTES);
	return 0;
}

static int
open_maps(struct programs *p)
{
	void *window;

	p->ring = ring_buffer__new(
	    bpf_map__fd(p->skel->maps.reports), on_report, &p->backlog, NULL);
	if (p->ring == NULL)
		return -errno;
	window = mmap(NULL, WINDOW_ROWS * sizeof(*p->window), PROT_READ | PROT_WRITE,
	    MAP_SHARED, bpf_map__fd(p->skel->maps.window), 0);
	if (window == MAP_FAILED)
		return -errno;
	p->window = window;
	return 0;
}

/* Attach an iterator, over the elements of a map where one is given. 0 or -errno. */
static int
attach_iter(struct bpf_link **link, struct bpf_program *prog, struct bpf_map *map)
{
	LIBBPF_OPTS(bpf_iter_attach_opts, opts);
	union bpf_iter_link_info info;

	memset(&info, 0, sizeof(info));
	if (map != NULL) {
		info.map.map_fd = (unsigned)bpf_map__fd(map);
		opts.link_info = &info;
		opts.link_info_len = sizeof(info);
	}
	*link = bpf_program__attach_iter(prog, &opts);
	return *link == NULL ? -errno : 0;
}

static int
attach_tcp(struct programs *p)
{
	struct tcptop_bpf *k;
	int ret;

	k = p->skel;
	k->links.on_state_first = bpf_program__attach(k->progs.on_state_first);
	k->links.on_state_second = bpf_program__attach(k->progs.on_state_second);
	if (k->links.on_state_first == NULL || k->links.on_state_second == NULL)
		return -errno;
	ret = attach_iter(&p->netns, k->progs.scan_netns, NULL);
	if (ret == 0)
		ret = attach_iter(&p->walk[WALK_TCP], k->progs.walk, k->maps.books);
	return ret;
}

static int
attach_udp(struct programs *p, int cgroup)
{
	struct tcptop_bpf *k;
	int ret;

	k = p->skel;
	/* A socket made in between has its book before its first packet. */
	k->links.udp_release = bpf_program__attach_cgroup(k->progs.udp_release, cgroup);
	k->links.udp_create = bpf_program__attach_cgroup(k->progs.udp_create, cgroup);
	k->links.udp_in = bpf_program__attach_cgroup(k->progs.udp_in, cgroup);
	k->links.udp_out = bpf_program__attach_cgroup(k->progs.udp_out, cgroup);
	if (k->links.udp_release == NULL || k->links.udp_create == NULL ||
	    k->links.udp_in == NULL || k->links.udp_out == NULL)
		return -errno;
	ret = attach_iter(&p->walk[WALK_UDP], k->progs.walk_udp, k->maps.udp_books);
	if (ret == 0)
		ret =
		    attach_iter(&p->walk[WALK_PEERS], k->progs.walk_peers, k->maps.peers);
	if (ret == 0)
		ret =
		    attach_iter(&p->walk[WALK_HOSTS], k->progs.walk_hosts, k->maps.hosts);
	return ret;
}

/* Run an iterator that writes nothing to its end. Returns 0 or -errno. */
static int
run(const struct bpf_link *link)
{
	char none[64];
	ssize_t n;
	int fd;

	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0)
		return -errno;
	/* EAGAIN: a million objects were visited, more follow. */
	do
		n = read(fd, none, sizeof(none));
	while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	n = n < 0 ? -errno : 0;
	close(fd);
	return (int)n;
}

static void
scan_netns(void *arg)
{
	struct programs *p;

	p = arg;
	run(p->netns);
}

int
programs_scan(struct programs *p)
{
	struct tcptop_bpf__bss *bss;
	uint64_t start;
	int ret;

	bss = p->skel->bss;
	start = programs_clock_ns();
	p->skel->data->scan_id++;
	ret = run(p->files);
	p->scanned_ns = programs_clock_ns();
	p->scan_cost_ns = p->scanned_ns - start;
	if (bss->hz == 0)
		bss->hz = jiffies_hz(bss->clock_jiffies, bss->clock_ns);
	return ret;
}

/*
 * UDP needs hooks on packets, TCP does not: without the one the other goes on.
 *
 * Returns a descriptor of the root cgroup, or -1 with the reason in why.
 */
static int
udp_cgroup(const struct options *o, char *why, size_t len)
{
	const char *reason;
	int fd;

	if (!o->udp)
		return -1;
	reason = "no cgroup2 is mounted";
	fd = -1;
	if (!rights_net_admin())
		reason = "that needs CAP_NET_ADMIN";
	else
		fd = cgroup_open_root();
	if (fd < 0)
		snprintf(why, len, "UDP is left out: %s", reason);
	else if (cgroup_is_namespaced())
		snprintf(why, len,
		    "only UDP of this cgroup namespace is seen; start it in "
		    "the host's (docker: --cgroupns=host) to see all");
	return fd < 0 ? -1 : fd;
}

/* Load, attach, adopt; `what` names the step for the message. */
static int
bring_up(struct programs *p, const struct options *o, int cgroup, const char **what)
{
	int ret;

	*what = "load the BPF programs";
	p->skel = tcptop_bpf__open();
	if (p->skel == NULL)
		return -errno;
	ret = configure(p->skel, o, cgroup >= 0);
	if (ret == 0)
		ret = tcptop_bpf__load(p->skel);
	if (ret < 0)
		return ret;
	*what = "map the BPF buffers";
	ret = open_maps(p);
	if (ret < 0)
		return ret;
	*what = "attach the BPF programs";
	/* Hooks first: what is born while the rest is made is not missed. */
	if (o->tcp)
		ret = attach_tcp(p);
	if (ret == 0 && cgroup >= 0)
		ret = attach_udp(p, cgroup);
	if (ret == 0)
		ret = attach_iter(&p->files, p->skel->progs.scan_files, NULL);
	if (ret < 0)
		return ret;
	*what = "visit the open sockets";
	ret = programs_scan(p);
	if (ret == 0 && o->tcp)
		ret = netns_each(scan_netns, p);
	return ret;
}

int
programs_open(struct programs *p, const struct options *o, char *why, size_t len)
{
	const char *what;
	int cgroup, ret;

	why[0] = '\0';
	ret = rights_check(why, len);
	if (ret < 0)
		return ret;
	backlog_init(&p->backlog, o->backlog);
	libbpf_set_print(print_nothing);
	cgroup = udp_cgroup(o, why, len);
	if (cgroup < 0 && !o->tcp)
		return -EPERM;
	ret = bring_up(p, o, cgroup, &what);
	if (cgroup >= 0)
		close(cgroup);
	return ret < 0 ? bpf_fail(ret, what, why, len) : 0;
}

uint64_t
programs_misses(const struct programs *p)
{
	struct bpf_prog_info info;
	uint64_t rescued;
	uint32_t len;

	if (p->walk[WALK_TCP] == NULL)
		return 0;
	/* In this order a transition between the two counts as missed for a moment. */
	rescued = p->skel->bss->rescued;
	memset(&info, 0, sizeof(info));
	len = sizeof(info);
	if (bpf_obj_get_info_by_fd(
		bpf_program__fd(p->skel->progs.on_state_first), &info, &len) < 0)
		return 0;
	return info.recursion_misses > rescued ? info.recursion_misses - rescued : 0;
}

void
programs_close(struct programs *p)
{
	int i;

	for (i = 0; i < WALKS; i++)
		bpf_link__destroy(p->walk[i]);
	bpf_link__destroy(p->files);
	bpf_link__destroy(p->netns);
	ring_buffer__free(p->ring);
	if (p->window != NULL)
		munmap(p->window, WINDOW_ROWS * sizeof(*p->window));
	tcptop_bpf__destroy(p->skel);
	backlog_free(&p->backlog);
}
