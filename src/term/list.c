/* list.c - a list that is longer than the screen. */
#include "list.h"

void
list_settle(struct list *l, size_t n, size_t page)
{
	l->n = n;
	l->page = page;
	l->chosen = l->chosen && n > 0;
	if (l->at >= n)
		l->at = n > 0 ? n - 1 : 0;
	if (page > 0 && l->top + page > n)
		l->top = n > page ? n - page : 0;
	if (!l->chosen)
		return;
	if (l->at < l->top || page == 0)
		l->top = l->at;
	else if (l->at >= l->top + page)
		l->top = l->at - page + 1;
}

/* Further than the end for now, where that is not known before the list is drawn. */
static size_t
moved(size_t at, long by)
{
	return by < 0 && (size_t)-by > at ? 0 : at + (size_t)by;
}

void
list_move(struct list *l, long by)
{
	if (l->chosen)
		l->at = moved(l->at, by);
	else
		l->at = by > 1 ? moved(l->top, by) : l->top;
	l->chosen = 1;
	if (l->n > 0)
		list_settle(l, l->n, l->page);
}

void
list_scroll(struct list *l, long by)
{
	l->top = moved(l->top, by);
	if (l->n > 0)
		list_settle(l, l->n, l->page);
}
