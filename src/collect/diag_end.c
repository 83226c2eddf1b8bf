#include <arpa/inet.h>

#include "diag_end.h"

/*
 * What came in so lately may have come between the reading of state and counters: two
 * ticks of the slowest clock (HZ=100).
 */
enum { FRESH_MS = 20 };

/* RFC 9293 section 3.3.2. */
int
diag_had_fin(uint8_t state)
{
	return state == DIAG_CLOSE_WAIT || state == DIAG_LAST_ACK ||
	    state == DIAG_CLOSING;
}

/*
 * May state and counters be of two moments? Where a segment came in while the kernel
 * waited for the socket's lock, its time may be later than the kernel's "now", and what
 * has passed since a little less than 0.
 */
static int
is_fresh(const struct diag_socket *s)
{
	return s->info.tcpi_last_ack_recv + 1000 < FRESH_MS + 1000;
}

unsigned
diag_fin(const struct diag_socket *s)
{
	if (s->info.tcpi_bytes_received == 0)
		return 0;
	return diag_had_fin(s->state) || is_fresh(s);
}

uint64_t
diag_payload_out(const struct diag_socket *s)
{
	return s->info.tcpi_bytes_sent - s->info.tcpi_bytes_retrans;
}

/*
 * What the peer acknowledged besides payload: our SYN where we connected, and our FIN.
 * -1: not all is acknowledged, or the kernel does not tell.
 */
static int
acked_flags(const struct diag_socket *s)
{
	int64_t n;

	if (s->sendq != 0 || !DIAG_HAS(s, tcpi_bytes_retrans))
		return -1;
	n = (int64_t)(s->info.tcpi_bytes_acked - diag_payload_out(s));
	return n >= 0 && n <= 2 ? (int)n : -1;
}

void
diag_remember(struct diag_past *p, const struct diag_socket *s)
{
	int flags;

	p->received = s->info.tcpi_bytes_received;
	p->data_segs_in = s->info.tcpi_data_segs_in;
	p->inode = s->inode;
	if (p->state == 0 || s->state == DIAG_SYN_SENT)
		p->active = s->state == DIAG_SYN_SENT ? 1 : -1;
	p->state = s->state;
	p->fresh = (uint8_t)is_fresh(s);
	if (p->active < 0 && !p->fresh &&
	    (s->state == DIAG_ESTABLISHED || s->state == DIAG_CLOSE_WAIT)) {
		flags = acked_flags(s);
		p->active = (int8_t)(flags == 0 || flags == 1 ? flags : -1);
	}
}

/* Did the peer acknowledge our FIN? */
static int
our_fin_acked(const struct diag_socket *s, const struct diag_past *p)
{
	int active, flags;

	flags = acked_flags(s);
	active = p->state != 0 ? p->active : -1;
	/* Who connects has a port from the upper part, as a rule. */
	if (active < 0)
		active = ntohs(s->id.idiag_sport) > ntohs(s->id.idiag_dport);
	return flags > active;
}

static int
never_connected(const struct diag_socket *s)
{
	return s->info.tcpi_bytes_acked == 0 && s->info.tcpi_bytes_received == 0 &&
	    s->info.tcpi_rtt == 0;
}

/* What was counted since the last list: -1: cannot tell, else whether it was a FIN. */
static int
fin_since(const struct diag_socket *s, const struct diag_past *p)
{
	const uint64_t received = s->info.tcpi_bytes_received;

	if (diag_had_fin(p->state))
		return 1;
	if (received == p->received && p->state != 0)
		return p->fresh ? -1 : 0;
	if (!DIAG_HAS(s, tcpi_data_segs_in))
		return -1;
	if (received == p->received + 1 && s->info.tcpi_data_segs_in == p->data_segs_in)
		return 1;
	/* Who has shut down his direction and keeps the socket waits for the FIN. */
	return p->state == DIAG_FIN_WAIT2 && p->inode != 0 ? 1 : -1;
}

struct diag_end
diag_judge(const struct diag_socket *s, const struct diag_past *p, int lingers)
{
	struct diag_end e;
	int acked, fin;

	acked = our_fin_acked(s, p);
	if (lingers) {
		/*
		 * We closed first. A FIN that comes after close() meets the short form
		 * and is not counted; one that came before is still unread.
		 */
		e.state = p->state == DIAG_CLOSING ? DIAG_CLOSING : DIAG_FIN_WAIT2;
		e.fin = s->recvq > 0;
	} else {
		e.state = acked ? DIAG_LAST_ACK : DIAG_ESTABLISHED;
		if (never_connected(s))
			e.state = DIAG_SYN_SENT;
		e.fin = e.state == DIAG_LAST_ACK;
	}
	/* At its birth nothing was received, as if a list had said so. */
	fin = fin_since(s, p);
	if (fin >= 0)
		e.fin = (uint8_t)fin;
	if (s->info.tcpi_bytes_received == 0)
		e.fin = 0;
	if (lingers)
		return e;
	if (e.fin)
		e.state = acked || p->state == DIAG_LAST_ACK || p->state == DIAG_CLOSING
		    ? DIAG_LAST_ACK
		    : DIAG_CLOSE_WAIT;
	else if (p->state == DIAG_FIN_WAIT1 || p->state == DIAG_FIN_WAIT2)
		e.state = p->state;
	else if (e.state == DIAG_LAST_ACK)
		e.state = DIAG_ESTABLISHED;
	return e;
}
