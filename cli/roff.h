#ifndef RT_CLI_ROFF_H
#define RT_CLI_ROFF_H

#include <stddef.h>

/* Manual pages on standard output, in the language of man(7), for whatever *roff or mandoc there
 * is. Plain text is escaped.  In prose `word` comes out bold. */

/* The page's head with its NAME section: "RIPTIDE", 1, "User Commands", "riptide", what it does. */
void rt_roff_title(const char *name, unsigned section, const char *manual, const char *page,
                   const char *summary);
void rt_roff_section(const char *title);
void rt_roff_subsection(const char *title);

/* A paragraph of prose; the next one needs rt_roff_gap() before it. */
void rt_roff_prose(const char *text);
void rt_roff_gap(void);
/* A tagged paragraph: "**bold** *italic*" and its text behind it.  italic may be NULL. */
void rt_roff_tag(const char *bold, const char *italic);
/* An example, line by line as it is; behind prose it needs rt_roff_gap() before it. */
void rt_roff_example(const char *text);

/* Within a line: these write no line ending. */
void rt_roff_bold(const char *text);
void rt_roff_italic(const char *text);
void rt_roff_literal(const char *text, size_t len);

#endif
