#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diag.h"
#include "diag_end.h"
#include "sockdiag.h"

static struct conn
row_of(const struct diag_socket *s)
{
	struct conn c;

	memset(&c, 0, sizeof(c));
	diag_fill(&c, s, s->state, diag_fin(s));
	return c;
}

/* --- reading -------------------------------------------------------------------------
 */

static void
what_an_older_kernel_does_not_send_is_empty(void **state)
{
	static const struct {
		size_t len;
		uint64_t has;
		uint64_t lacks;
	} kernels[] = {
	    {104, HAS(COL_RETRANS) | HAS(COL_RTT_US) | HAS(COL_CWND),
		HAS(COL_BYTES_IN) | HAS(COL_BYTES_OUT) | HAS(COL_PACKETS_IN) |
		    HAS(COL_DELTA_IN) | HAS(COL_RATE_OUT) | HAS(COL_MIN_RTT_US)},
	    {INFO_4_18, HAS(COL_BYTES_IN) | HAS(COL_PACKETS_OUT) | HAS(COL_BUSY_MS),
		HAS(COL_BYTES_OUT) | HAS(COL_DELTA_OUT) | HAS(COL_RATE_OUT) |
		    HAS(COL_BYTES_RETRANS)},
	    {INFO_4_19, HAS(COL_BYTES_OUT) | HAS(COL_RATE_OUT) | HAS(COL_ECN_CE),
		HAS(COL_OOO)},
	    {INFO_5_4, HAS(COL_BYTES_OUT) | HAS(COL_OOO), 0},
	    {sizeof(struct tcp_info), HAS(COL_BYTES_OUT) | HAS(COL_OOO), 0},
	    {sizeof(struct tcp_info) + 40, HAS(COL_BYTES_OUT) | HAS(COL_OOO), 0},
	};
	uint8_t padded[sizeof(struct tcp_info) + 40];
	struct tcp_info info = quiet(1000, 500);
	struct diag_socket s;
	struct message m;
	struct conn c;
	size_t i;

	(void)state;
	memset(padded, 0xff, sizeof(padded));
	memcpy(padded, &info, sizeof(info));
	for (i = 0; i < sizeof(kernels) / sizeof(*kernels); i++) {
		m = message(1, (const void *)padded, kernels[i].len);
		assert_int_equal(diag_read(&s, &m.head, m.attrs, m.len), 0);
		c = row_of(&s);
		assert_int_equal(c.has & kernels[i].has, kernels[i].has);
		assert_int_equal(c.has & kernels[i].lacks, 0);
		if ((c.has & HAS(COL_BYTES_OUT)) != 0)
			assert_int_equal(c.bytes_out, 500);
	}
}

static void
wrong_lengths_are_refused(void **state)
{
	struct tcp_info info = quiet(1, 1);
	struct message m = message(1, &info, sizeof(info));
	struct diag_socket s;
	struct nlattr a;
	size_t len;

	(void)state;
	/* Cut anywhere, it is refused, or what is left has no attribute at all. */
	for (len = 0; len < m.len; len++)
		if (diag_read(&s, &m.head, m.attrs, len) == 0)
			assert_int_equal(s.info_len, 0);
	a.nla_type = INET_DIAG_CONG;
	for (a.nla_len = 0; a.nla_len < NLA_HDRLEN; a.nla_len++) {
		memcpy(m.attrs, &a, sizeof(a));
		assert_int_equal(diag_read(&s, &m.head, m.attrs, m.len), -EBADMSG);
	}
}

static void
attributes_are_taken_or_passed_by(void **state)
{
	static const char endless[40] = "a name without an end, longer than allo";
	const uint32_t mem[SK_MEMINFO_VARS] = {[SK_MEMINFO_DROPS] = 77};
	struct tcp_info info = quiet(1, 1);
	struct message m = message(1, &info, sizeof(info));
	const uint64_t cgroup = 12345678901;
	struct diag_socket s;
	struct conn c;

	(void)state;
	attribute(&m, 200, endless, 3);
	attribute(&m, INET_DIAG_CONG, endless, sizeof(endless));
	attribute(&m, INET_DIAG_SKMEMINFO, mem, sizeof(mem));
	attribute(&m, INET_DIAG_CGROUP_ID, &cgroup, sizeof(cgroup));
	assert_int_equal(diag_read(&s, &m.head, m.attrs, m.len), 0);
	c = row_of(&s);
	assert_int_equal(strlen(c.cc), CONN_CC - 1);
	assert_int_equal(c.drops, 77);
	assert_int_equal(c.cgroup, 12345678901);
	/* Linux before 4.7 sends no drops. */
	m = message(1, &info, sizeof(info));
	attribute(&m, INET_DIAG_SKMEMINFO, mem, sizeof(mem) - 4);
	assert_int_equal(diag_read(&s, &m.head, m.attrs, m.len), 0);
	assert_int_equal(row_of(&s).has & HAS(COL_DROPS), 0);
}

static void
short_forms_of_sockets_are_no_connections(void **state)
{
	struct tcp_info info = quiet(1, 1);
	struct diag_socket s;
	struct message m;

	(void)state;
	info.tcpi_state = DIAG_FIN_WAIT2;
	m = message(1, &info, 0);
	assert_int_equal(diag_read(&s, &m.head, m.attrs, m.len), 0);
	assert_false(diag_is_full(&s));
	s = socket_of(1, &info);
	assert_true(diag_is_full(&s));
	info.tcpi_state = DIAG_CLOSE;
	s = socket_of(1, &info);
	assert_false(diag_is_full(&s));
}

/* --- datagrams -----------------------------------------------------------------------
 */

static void
count(void *arg, const struct inet_diag_msg *m, const void *attrs, size_t len)
{
	int *n = arg;

	(void)m;
	(void)attrs;
	(void)len;
	++*n;
}

static size_t
put(char *to, uint16_t type, uint16_t flags, const void *body, size_t len)
{
	struct nlmsghdr h;

	memset(&h, 0, sizeof(h));
	h.nlmsg_len = (uint32_t)NLMSG_LENGTH(len);
	h.nlmsg_type = type;
	h.nlmsg_flags = flags;
	memcpy(to, &h, sizeof(h));
	memcpy(to + NLMSG_HDRLEN, body, len);
	return NLMSG_ALIGN(h.nlmsg_len);
}

static void
a_list_has_sockets_an_end_and_may_be_interrupted(void **state)
{
	_Alignas(struct nlmsghdr) char buf[1024];
	struct inet_diag_msg m;
	const int none = 0, again = -EAGAIN;
	int interrupted = 0, n = 0;
	size_t len, cut;

	(void)state;
	memset(&m, 0, sizeof(m));
	len = put(buf, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, &m, sizeof(m));
	len += put(buf + len, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, &m, sizeof(m));
	assert_int_equal(sockdiag_parse(buf, len, count, &n, &interrupted), 1);
	assert_int_equal(n, 2);
	assert_int_equal(interrupted, 0);
	for (cut = sizeof(struct nlmsghdr); cut < len / 2; cut++)
		assert_int_equal(
		    sockdiag_parse(buf, cut, count, &n, &interrupted), -EBADMSG);
	len += put(
	    buf + len, NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, &none, sizeof(none));
	assert_int_equal(sockdiag_parse(buf, len, count, &n, &interrupted), 0);
	assert_int_equal(interrupted, 1);
	len = put(buf, NLMSG_ERROR, 0, &again, sizeof(again));
	assert_int_equal(sockdiag_parse(buf, len, count, &n, &interrupted), -EAGAIN);
	/* Too short for a socket. */
	len = put(buf, SOCK_DIAG_BY_FAMILY, 0, &m, sizeof(m) - 1);
	assert_int_equal(sockdiag_parse(buf, len, count, &n, &interrupted), -EBADMSG);
}

/* --- columns -------------------------------------------------------------------------
 */

static void
columns_mean_what_bpf_means(void **state)
{
	struct tcp_info info = quiet(1000, 500);
	struct diag_socket s;
	struct conn c;

	(void)state;
	info.tcpi_bytes_retrans = 100;
	info.tcpi_busy_time = 7999;
	info.tcpi_last_data_recv = 40;
	s = socket_of(7, &info);
	s.sendq = 3;
	c = row_of(&s);
	assert_int_equal(c.bytes_out, 400);
	assert_int_equal(c.busy_ms, 7);
	assert_int_equal(c.idle_ms, 40);
	assert_int_equal(c.sendq, 3);
	assert_int_equal(c.lport, 1007);
	assert_int_equal(c.rport, 80);
	assert_int_equal(c.laddr[15], 1);
	assert_int_equal(c.laddr[10], 0xff);
	/* Nothing where there is none, rather than a large number or 0. */
	assert_int_equal(c.has &
		(HAS(COL_MIN_RTT_US) | HAS(COL_SSTHRESH) | HAS(COL_PACING_RATE) |
		    HAS(COL_DELIVERY_RATE)),
	    0);
	info.tcpi_rtt = 0;
	info.tcpi_state = DIAG_SYN_SENT;
	s = socket_of(7, &info);
	s.sendq = 1;
	c = row_of(&s);
	assert_int_equal(c.has & (HAS(COL_RTT_US) | HAS(COL_RTTVAR_US)), 0);
	assert_int_equal(c.sendq, 0);
}

static void
a_listener_has_queues_but_no_peer_and_no_counters(void **state)
{
	struct tcp_info info = quiet(0, 0);
	struct diag_socket s;
	struct conn c;

	(void)state;
	info.tcpi_state = DIAG_LISTEN;
	s = socket_of(7, &info);
	s.recvq = 1;
	s.sendq = 128;
	c = row_of(&s);
	assert_int_equal(c.recvq, 1);
	assert_int_equal(c.sendq, 128);
	assert_int_equal(c.has &
		(HAS(COL_RADDR) | HAS(COL_RPORT) | HAS(COL_BYTES_IN) | HAS(COL_RTT_US) |
		    HAS(COL_CWND) | HAS(COL_IDLE_MS)),
	    0);
}

static void
the_fin_is_no_payload(void **state)
{
	static const struct {
		uint8_t state;
		uint32_t recvq;
		uint64_t bytes_in;
		uint32_t unread;
	} cases[] = {
	    {DIAG_ESTABLISHED, 5, 11, 5},
	    {DIAG_FIN_WAIT1, 0, 11, 0},
	    {DIAG_FIN_WAIT2, 1, 11, 1},
	    {DIAG_CLOSE_WAIT, 1, 10, 0},
	    {DIAG_CLOSE_WAIT, 0, 10, 0},
	    {DIAG_LAST_ACK, 4, 10, 3},
	    {DIAG_CLOSING, 1, 10, 0},
	};
	struct tcp_info info = quiet(11, 0);
	struct diag_socket s;
	struct conn c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		info.tcpi_state = cases[i].state;
		s = socket_of(1, &info);
		s.recvq = cases[i].recvq;
		c = row_of(&s);
		assert_int_equal(c.bytes_in, cases[i].bytes_in);
		assert_int_equal(c.recvq, cases[i].unread);
	}
}

static void
what_just_came_in_may_be_a_fin(void **state)
{
	/* Also a moment after the kernel's "now", which makes it a large number. */
	static const uint32_t fresh[] = {0, 4, 19, UINT32_MAX, UINT32_MAX - 9};
	struct tcp_info info = quiet(11, 0);
	struct diag_socket s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fresh) / sizeof(*fresh); i++) {
		info.tcpi_last_ack_recv = fresh[i];
		s = socket_of(1, &info);
		assert_int_equal(diag_fin(&s), 1);
	}
	info.tcpi_last_ack_recv = 20;
	s = socket_of(1, &info);
	assert_int_equal(diag_fin(&s), 0);
	/* Idle for a month. */
	info.tcpi_last_ack_recv = 2592000000;
	s = socket_of(1, &info);
	assert_int_equal(diag_fin(&s), 0);
	info.tcpi_bytes_received = 0;
	info.tcpi_last_ack_recv = 0;
	s = socket_of(1, &info);
	assert_int_equal(diag_fin(&s), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_an_older_kernel_does_not_send_is_empty),
	    cmocka_unit_test(wrong_lengths_are_refused),
	    cmocka_unit_test(attributes_are_taken_or_passed_by),
	    cmocka_unit_test(short_forms_of_sockets_are_no_connections),
	    cmocka_unit_test(a_list_has_sockets_an_end_and_may_be_interrupted),
	    cmocka_unit_test(columns_mean_what_bpf_means),
	    cmocka_unit_test(a_listener_has_queues_but_no_peer_and_no_counters),
	    cmocka_unit_test(the_fin_is_no_payload),
	    cmocka_unit_test(what_just_came_in_may_be_a_fin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
