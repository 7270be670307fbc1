/* Text as roff takes it: "\" and what a typesetter would turn into something prettier is escaped,
 * and no line of text begins like a request. */
#include "roff.h"

#include <riptide/riptide.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#ifndef RT_BUILD_TIME
#define RT_BUILD_TIME "" /* the build knows no date */
#endif

/* A hyphen that is typed, like that of an option, is "\-"; one that joins words is "-". */
static void put(char c, bool typed)
{
    switch (c) {
    case '\\': fputs("\\e", stdout); break;
    case '-': fputs(typed ? "\\-" : "-", stdout); break;
    case '\'': fputs("\\(aq", stdout); break;
    case '`': fputs("\\(ga", stdout); break;
    case '^': fputs("\\(ha", stdout); break;
    case '~': fputs("\\(ti", stdout); break;
    case '"': fputs("\\(dq", stdout); break;
    default: putchar(c);
    }
}

void rt_roff_literal(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        put(text[i], true);
}

void rt_roff_bold(const char *text)
{
    printf("\\fB");
    rt_roff_literal(text, strlen(text));
    printf("\\fP");
}

void rt_roff_italic(const char *text)
{
    printf("\\fI");
    rt_roff_literal(text, strlen(text));
    printf("\\fP");
}

void rt_roff_title(const char *name, unsigned section, const char *manual, const char *page,
                   const char *summary)
{
    printf(".\\\" Made from the tables of RipTide; do not edit.\n");
    printf(".TH %s %u \"%.10s\" \"RipTide %s\" \"%s\"\n", name, section, RT_BUILD_TIME,
           rt_version(), manual);
    rt_roff_section("NAME");
    printf("%s \\- ", page);
    rt_roff_prose(summary);
}

void rt_roff_section(const char *title) { printf(".SH \"%s\"\n", title); }

void rt_roff_subsection(const char *title)
{
    printf(".SS \"");
    rt_roff_literal(title, strlen(title));
    printf("\"\n");
}

void rt_roff_gap(void) { printf(".PP\n"); }

/* Lines are broken at this many characters or soon behind: what reads them fills them anew. */
enum { LINE = 50 };

static bool ends_line(char c, int column)
{
    return c == '\n' || (c == ' ' && (column == 0 || column >= LINE));
}

void rt_roff_prose(const char *text)
{
    int column = 0;
    bool is_bold = false, typed = false;
    for (const char *c = text; *c; c++) {
        if (ends_line(*c, column)) {
            fputs(column > 0 ? "\n" : "", stdout);
            column = 0;
            continue;
        }
        if (column++ == 0 && *c == '.')
            fputs("\\&", stdout);
        if (c == text || strchr(" \n(", c[-1]))
            typed = *c == '-';
        if (*c == '`') {
            is_bold = !is_bold;
            fputs(is_bold ? "\\fB" : "\\fP", stdout);
        } else {
            put(*c, typed || is_bold);
        }
    }
    fputs(column > 0 ? "\n" : "", stdout);
}

void rt_roff_tag(const char *bold, const char *italic)
{
    printf(".TP\n");
    rt_roff_bold(bold);
    if (italic) {
        putchar(' ');
        rt_roff_italic(italic);
    }
    putchar('\n');
}

void rt_roff_example(const char *text)
{
    printf(".nf\n.RS 4\n");
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len > 0)
            fputs("\\&", stdout);
        rt_roff_literal(text, len);
        putchar('\n');
        text += len;
        text += *text == '\n';
    }
    printf(".RE\n.fi\n");
}
