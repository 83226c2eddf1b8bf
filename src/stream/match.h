/* match.h - choose connections by words. */
#ifndef MATCH_H
#define MATCH_H

#include "conn.h"

enum {
	MATCH_TEXT = 64, /* longest filter */
	MATCH_WORDS = 8, /* further words are not looked at */
};

/* n = 0: everything matches. */
struct match {
	struct {
		char text[MATCH_TEXT];
		int exclude;
	} word[MATCH_WORDS];
	int n;
};

/* Take words apart: blanks separate them, "!word" excludes, a lone "!" is nothing yet. */
void match_parse(struct match *m, const char *text);

/*
 * Does each word occur in the addresses, ports, process id and name, state or protocol?
 * An end is "10.0.0.5:443 ", so that ":443" finds a port. ASCII letters match in either
 * case.
 */
int match_conn(const struct match *m, const struct conn *c);

#endif
