/* list.h - a list that is longer than the screen: which line is chosen, which are seen.
 */
#ifndef LIST_H
#define LIST_H

#include <stddef.h>

struct list {
	size_t n;    /* lines */
	size_t page; /* of them on the screen */
	size_t top;  /* first of these */
	size_t at;   /* the chosen one */
	int chosen;  /* is there one? */
};

/* Say how many lines there are, and stay within them. */
void list_settle(struct list *l, size_t n, size_t page);

/* Move the choice by so many lines; the first move by one chooses the line at the top. */
void list_move(struct list *l, long by);

/* Move by lines what is seen of a list without a choice. */
void list_scroll(struct list *l, long by);

#endif
