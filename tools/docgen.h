/* The pages that docgen prints on standard output; each returns the exit code. */
#ifndef RT_TOOLS_DOCGEN_H
#define RT_TOOLS_DOCGEN_H

#include <stdio.h>

/* Stands under the title of each page. */
static inline void rt_docgen_notice(const char *table)
{
    printf("<!-- Made from %s by `make docs`; do not edit. -->\n\n", table);
}

/* docs/configuration.md and examples/riptide.toml. */
int rt_docgen_configuration(void);
int rt_docgen_example(void);
/* docs/metrics.md and docs/events.md. */
int rt_docgen_metrics(void);
int rt_docgen_events(void);
/* What stands between marks in docs/type-boundary.md. */
int rt_docgen_fields(void);
int rt_docgen_wit_errors(void);
/* riptide.toml(5). */
int rt_docgen_man(void);

#endif
