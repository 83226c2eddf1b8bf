/* group.c - connections that belong together as one record. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "column.h"
#include "group.h"
#include "ident.h"
#include "totals.h"

/* What the connections of a group have in common. */
static const uint64_t common[GROUPS] = {
    [GROUP_PROCESS] = HAS(COL_PID) | HAS(COL_COMM),
    [GROUP_REMOTE] = HAS(COL_RADDR),
    [GROUP_PORT] = HAS(COL_PROTO) | HAS(COL_LPORT),
};

static const uint8_t summed[] = {COL_BYTES_IN, COL_BYTES_OUT, COL_PACKETS_IN,
    COL_PACKETS_OUT, COL_RATE_IN, COL_RATE_OUT, COL_RETRANS, COL_DELTA_IN, COL_DELTA_OUT,
    COL_DELTA_RETRANS, COL_BYTES_RETRANS, COL_SENDQ, COL_RECVQ, COL_DROPS};

/* The record without what is not in common; padding and unknown members are zero. */
static void
key_of(struct conn *key, const struct conn *c, enum group by)
{
	memset(key, 0, sizeof(*key));
	key->has = c->has & (common[by] | HAS(COL_TIME) | HAS(COL_HOST));
	key->time_ms = c->time_ms;
	memcpy(key->host, c->host, sizeof(key->host));
	if (by == GROUP_PROCESS) {
		key->pid = c->pid;
		memcpy(key->comm, c->comm, sizeof(key->comm));
	} else if (by == GROUP_REMOTE) {
		memcpy(key->raddr, c->raddr, sizeof(key->raddr));
	} else {
		key->proto = c->proto;
		key->lport = c->lport;
	}
}

static uint64_t
hash_of(const struct conn *key)
{
	const uint64_t ids[] = {key->has, key->pid, key->lport, key->proto};
	uint64_t hash;

	hash = ident_mix(1, ids, sizeof(ids));
	hash = ident_mix(hash, key->raddr, sizeof(key->raddr));
	return ident_mix(hash, key->comm, strlen(key->comm));
}

static int
same_key(const struct conn *group, const struct conn *key, enum group by)
{
	const uint64_t of = common[by] | HAS(COL_HOST);

	return (group->has & of) == (key->has & of) && group->pid == key->pid &&
	    group->lport == key->lport && group->proto == key->proto &&
	    memcmp(group->raddr, key->raddr, sizeof(key->raddr)) == 0 &&
	    strcmp(group->comm, key->comm) == 0 && strcmp(group->host, key->host) == 0;
}

static void
add(struct conn *group, const struct conn *c)
{
	struct conn one = {.has = HAS(COL_ROWS)};
	size_t i;

	for (i = 0; i < sizeof(summed); i++)
		column_add_uint(group, summed[i], c);
	one.rows = (uint64_t)totals_is_connection(c);
	column_add_uint(group, COL_ROWS, &one);
}

/* A group is known by its cookie, as a connection is. */
static int
make(struct snapshot *to, const struct row *key)
{
	struct row group = *key;

	group.conn.cookie = hash_of(&key->conn);
	group.conn.has |= HAS(COL_COOKIE);
	return snapshot_add(to, &group);
}

/* The group of a key in a table of a power of two places, made where it is new. */
static int
find(struct snapshot *to, uint32_t *place, size_t places, const struct row *key,
    enum group by)
{
	size_t at = hash_of(&key->conn) & (places - 1);

	for (; place[at] != 0; at = (at + 1) & (places - 1))
		if (same_key(&to->row[place[at] - 1].conn, &key->conn, by))
			return (int)place[at] - 1;
	if (make(to, key) < 0)
		return -ENOMEM;
	place[at] = (uint32_t)to->n;
	return (int)to->n - 1;
}

int
group_make(struct snapshot *to, const struct snapshot *s,
    const struct snapshot_item *item, size_t n, enum group by)
{
	size_t i, places = 16;
	struct row key = {.len = 0};
	const struct conn *c;
	uint32_t *place;
	int at = 0;

	while (places < 2 * n)
		places *= 2;
	place = calloc(places, sizeof(*place));
	if (place == NULL)
		return -ENOMEM;
	snapshot_clear(to);
	for (i = 0; i < n && at >= 0; i++) {
		c = &s->row[item[i].row].conn;
		key_of(&key.conn, c, by);
		at = find(to, place, places, &key, by);
		if (at >= 0)
			add(&to->row[at].conn, c);
	}
	free(place);
	return at < 0 ? at : 0;
}
