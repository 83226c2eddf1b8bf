/* match.c - choose connections by words. */
#include <string.h>

#include "column.h"
#include "match.h"

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

void
match_parse(struct match *m, const char *text)
{
	size_t len, i;
	int exclude;

	for (m->n = 0; m->n < MATCH_WORDS; text += len) {
		text += strspn(text, " ");
		exclude = *text == '!';
		text += exclude;
		len = strcspn(text, " ");
		if (len == 0 && *text == '\0')
			return;
		if (len == 0 || len >= MATCH_TEXT)
			continue;
		for (i = 0; i < len; i++)
			m->word[m->n].text[i] = lower(text[i]);
		m->word[m->n].text[len] = '\0';
		m->word[m->n++].exclude = exclude;
	}
}

int
match_conn(const struct match *m, const struct conn *c)
{
	static const struct {
		enum column col;
		char after;
	} part[] = {
	    {COL_LADDR, ':'},
	    {COL_LPORT, ' '},
	    {COL_RADDR, ':'},
	    {COL_RPORT, ' '},
	    {COL_PID, ' '},
	    {COL_COMM, ' '},
	    {COL_STATE, ' '},
	    {COL_PROTO, ' '},
	};
	char text[8 * COLUMN_TEXT];
	size_t len = 0, i;

	if (m->n == 0)
		return 1;
	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		len += column_format(text + len, c, part[i].col);
		text[len++] = part[i].after;
	}
	text[len] = '\0';
	for (i = 0; i < len; i++)
		text[i] = lower(text[i]);
	for (i = 0; i < (size_t)m->n; i++)
		if ((strstr(text, m->word[i].text) != NULL) == m->word[i].exclude)
			return 0;
	return 1;
}
