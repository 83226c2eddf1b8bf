/* model.h - what the screen shows: a snapshot, its rows, where we are in them. */
#ifndef MODEL_H
#define MODEL_H

#include "history.h"
#include "list.h"
#include "rows.h"
#include "table.h"
#include "totals.h"

/* What lies over the table or takes the keys. */
enum mode { MODE_TABLE, MODE_FILTER, MODE_CHOOSE, MODE_DETAILS, MODE_HELP };

struct model {
	const struct snapshot *snap;   /* not ours; NULL before the first */
	const struct history *history; /* not ours; NULL on paper */
	uint64_t number;               /* of the snapshot in the history */
	struct totals totals;
	uint64_t time_ms;     /* of the snapshot, 0: not known */
	uint64_t interval_ms; /* from the snapshot before to this one; 0: not known */
	int paused;
	int ended;         /* no more data will come */
	double speed;      /* of a replay, INFINITY: as fast as can be; 0: it is none */
	uint64_t silent_s; /* since the last data */
	struct rows rows;
	int settled; /* rows are made, picked is found */
	struct list list;
	struct conn picked; /* as it was seen last: rows move, it is looked for */
	int gone;           /* picked is not in the snapshot */
	uint64_t columns;   /* HAS() of those chosen */
	enum human_unit unit;
	struct table table; /* as drawn last */
	int title;          /* column the title of which is chosen, -1: none */
	enum mode mode;
	struct list pane;
	char filter[MATCH_TEXT];
};

/* Sorted by rate, nothing to show. */
void model_init(struct model *m);
void model_free(struct model *m);

/*
 * Show a complete snapshot; it is the caller's and must stay.
 *
 * saw_end, gap_ms  as in struct feed
 */
void model_take(struct model *m, const struct snapshot *s, int saw_end, uint64_t gap_ms);

/*
 * Before drawing: make the rows, find the selected one, keep it on a screen of so many
 * rows of the table. Returns 0 or -ENOMEM.
 */
int model_settle(struct model *m, size_t page);

/* Do what a key (keys.h) means to the table. Returns whether it means anything. */
int model_key(struct model *m, int key);

/* The i-th column that can be chosen, -1 after the last. */
int model_choice(const struct model *m, size_t i);

/* Is the stream silent for longer than its interval explains? */
int model_is_stalled(const struct model *m);

#endif
