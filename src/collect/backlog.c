#include <stdlib.h>
#include <string.h>

#include "backlog.h"

void
backlog_init(struct backlog *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
backlog_free(struct backlog *b)
{
	free(b->report);
	memset(b, 0, sizeof(*b));
}

static void
grow(struct backlog *b)
{
	struct conn *grown;
	size_t cap;

	cap = b->cap == 0 ? 1024 : 2 * b->cap;
	cap = cap < b->max ? cap : b->max;
	grown = realloc(b->report, cap * sizeof(*grown));
	if (grown == NULL)
		return;
	b->report = grown;
	b->cap = cap;
}

void
backlog_add(struct backlog *b, const void *report, size_t len)
{
	if (b->n == b->cap && b->cap < b->max)
		grow(b);
	if (b->n == b->cap || len > sizeof(*b->report)) {
		b->dropped++;
		return;
	}
	memcpy(&b->report[b->n++], report, len);
}

void
backlog_begin(struct backlog *b)
{
	b->next = b->kept = 0;
}

size_t
backlog_take(struct backlog *b, uint64_t held, size_t most, struct conn **reports)
{
	size_t first, i;

	i = b->next;
	while (i < b->n && held != 0 && b->report[i].rows == held)
		b->report[b->kept++] = b->report[i++];
	first = i;
	while (i < b->n && i - first < most && (held == 0 || b->report[i].rows != held))
		i++;
	b->next = i;
	*reports = b->report + first;
	if (i == first)
		b->n = b->kept;
	return i - first;
}
