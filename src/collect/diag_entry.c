#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "diag_entry.h"

struct conn *
diag_entry_row(struct diag_entry *e)
{
	return (struct conn *)(void *)e->row;
}

static uint64_t
at_least(uint64_t n, uint64_t least)
{
	return n > least ? n : least;
}

/* Add to a 64-bit total what a 32-bit counter of the kernel went up. */
static uint64_t
widen(uint64_t total, uint32_t *last, uint32_t now)
{
	total += now - *last;
	*last = now;
	return total;
}

void
diag_entry_take(
    struct diag_entry *e, const struct diag_socket *s, uint8_t state, unsigned fin)
{
	struct conn *row = diag_entry_row(e);
	uint64_t in = row->bytes_in, out = row->bytes_out;

	diag_fill(row, s, state, fin);
	row->bytes_in = at_least(row->bytes_in, in);
	row->bytes_out = at_least(row->bytes_out, out);
	row->packets_in = widen(row->packets_in, &e->segs_in, s->info.tcpi_segs_in);
	row->packets_out = widen(row->packets_out, &e->segs_out, s->info.tcpi_segs_out);
}

static int
same_ends(struct diag_entry *e, const struct diag_socket *s)
{
	struct conn now;

	memset(&now, 0, sizeof(now));
	diag_fill(&now, s, DIAG_ESTABLISHED, 0);
	return now.lport == diag_entry_row(e)->lport &&
	    now.rport == diag_entry_row(e)->rport &&
	    memcmp(now.raddr, diag_entry_row(e)->raddr, sizeof(now.raddr)) == 0;
}

int
diag_entry_is_reborn(struct diag_entry *e, const struct diag_socket *s)
{
	if (e->past.state == DIAG_LISTEN || s->state == DIAG_LISTEN)
		return e->past.state != s->state && s->state != DIAG_CLOSE;
	/* A connect() that is not over may still change our address. */
	if (e->past.state == DIAG_SYN_SENT)
		return !same_ends(e, s);
	return s->info.tcpi_bytes_received < e->past.received || !same_ends(e, s) ||
	    (DIAG_HAS(s, tcpi_bytes_retrans) &&
		diag_payload_out(s) < diag_entry_row(e)->bytes_out);
}

void
diag_entry_id(struct diag_entry *e, struct inet_diag_sockid *id)
{
	const struct conn *row = diag_entry_row(e);
	const int skip = e->family == AF_INET6 ? 0 : 12; /* ::ffff: of IPv4 */

	memset(id, 0, sizeof(*id));
	id->idiag_sport = htons(row->lport);
	id->idiag_dport = htons(row->rport);
	memcpy(id->idiag_src, row->laddr + skip, (size_t)(16 - skip));
	memcpy(id->idiag_dst, row->raddr + skip, (size_t)(16 - skip));
	id->idiag_if = e->ifindex;
	id->idiag_cookie[0] = (uint32_t)e->cookie;
	id->idiag_cookie[1] = (uint32_t)(e->cookie >> 32);
}

void
diag_entry_tell(struct diag_entry *e, struct conn *row)
{
	memset(row, 0, sizeof(*row));
	memcpy(row, e->row, DIAG_ROW_BYTES);
	row->has |= HAS(COL_EVENT);
	row->delta_in = row->bytes_in - e->bytes_in;
	row->delta_out = row->bytes_out - e->bytes_out;
	row->delta_retrans = row->retrans - e->retrans;
	row->span_ns = e->told_ns;
	row->age_ms = e->born_ns;
}

int
diag_entry_turn(struct diag_entry *e, uint32_t epoch, uint64_t now_ns)
{
	const struct conn *row = diag_entry_row(e);
	int moved;

	moved = row->packets_in != e->packets_in || row->packets_out != e->packets_out ||
	    row->bytes_in != e->bytes_in || row->bytes_out != e->bytes_out;
	e->bytes_in = row->bytes_in;
	e->bytes_out = row->bytes_out;
	e->packets_in = row->packets_in;
	e->packets_out = row->packets_out;
	e->retrans = row->retrans;
	e->told_ns = now_ns;
	e->told_epoch = epoch;
	return moved;
}

void
diag_entry_times(struct conn *row, uint64_t before_ns, uint64_t now_ns)
{
	uint64_t born, since, span;

	since = row->span_ns != 0 ? row->span_ns : before_ns;
	span = now_ns > since ? now_ns - since : 1;
	row->span_ns = span;
	row->rate_in = (uint64_t)((unsigned __int128)row->delta_in * 1000000000 / span);
	row->rate_out = (uint64_t)((unsigned __int128)row->delta_out * 1000000000 / span);
	born = row->age_ms;
	if (born == 0)
		return;
	row->age_ms = now_ns > born ? (now_ns - born) / 1000000 : 0;
	row->has |= HAS(COL_AGE_MS);
}
