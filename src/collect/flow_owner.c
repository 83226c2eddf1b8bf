#include <string.h>

#include "flow_entry.h"

static void
set_owner(struct flows *f, struct flow_end *e, const struct flow_owner *who)
{
	uint16_t before;

	before = (uint16_t)e->owner;
	e->owner = owners_get(&f->owners, who);
	owners_put(&f->owners, before);
}

void
flow_ask_owners(struct flows *f, struct flow *fl, int last)
{
	struct flow_owner who;
	struct flow_ends ends;
	int i, ret;

	fl->flags &= (uint16_t)~FLOW_ASK_AGAIN;
	if (f->o.owner == NULL)
		return;
	for (i = 0; i < 2; i++) {
		if (fl->end[i].owner != 0 || !flow_shows(fl, i))
			continue;
		memset(&who, 0, sizeof(who));
		flow_ends(&ends, fl, i);
		ret = f->o.owner(f->o.arg, &ends, &who, last);
		if (ret > 0)
			set_owner(f, &fl->end[i], &who);
		else if (ret < 0 || !last)
			fl->flags |= FLOW_ASK_AGAIN;
	}
}

void
flow_learn_owner(struct flows *f, struct flow *fl, int from, const struct packet *p)
{
	struct flow_owner who;
	struct flow_end *e;
	int near;

	near = (fl->flags & FLOW_LOCAL_1) != 0;
	if (p->way != WAY_UNKNOWN)
		near = p->way == WAY_OUT ? from : !from;
	e = &fl->end[near];
	if (e->owner != 0 && owners_at(&f->owners, (uint16_t)e->owner)->pid == p->pid)
		return;
	memset(&who, 0, sizeof(who));
	who.has = HAS(COL_PID) | HAS(COL_COMM);
	who.pid = p->pid;
	who.owner = OWNER_HOOK;
	memcpy(who.comm, p->comm, strnlen(p->comm, sizeof(who.comm) - 1));
	set_owner(f, e, &who);
}
