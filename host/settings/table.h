#ifndef RT_HOST_SETTINGS_TABLE_H
#define RT_HOST_SETTINGS_TABLE_H

#include "host/settings/settings.h"

/* tables/settings.def as a table: what each row takes, and text turned into its value. */

/* RT_ROW_RIPTIDE_COMPONENT, ...: indices into rt_rows.  A group begins at the row behind it. */
enum rt_row_number {
#define RT_SETTING_GROUP(id, title) RT_GROUP_AT_##id, RT_GROUP_BEFORE_##id = RT_GROUP_AT_##id - 1,
#define RT_SETTING_NUMBER(name, ...) RT_ROW_##name,
#define RT_SETTING_BOOL(name, ...) RT_ROW_##name,
#define RT_SETTING_PATH(name, ...) RT_ROW_##name,
#define RT_SETTING_CHOICE(name, ...) RT_ROW_##name,
#include "tables/settings.def"
    RT_ROWS
};

enum rt_row_kind { RT_ROW_NUMBER, RT_ROW_BOOL, RT_ROW_TEXT, RT_ROW_CHOICE };

struct rt_row {
    const char *name, *fallback, *expected, *unit, *help;
    enum rt_row_kind kind;
    size_t offset; /* in struct rt_config */
    uint64_t lowest, highest;
};
extern const struct rt_row rt_rows[RT_ROWS];

/* The title of the group that row i belongs to. */
const char *rt_row_group(size_t i);

/* The row of that name, or RT_ROWS. */
size_t rt_row_find(rt_str name);
/* The name that `name` was probably meant to be, or NULL. */
const char *rt_row_nearest(rt_str name);

struct rt_config rt_row_defaults(void);

/* Text into the row's member; a path is (borrowed).  False, and nothing changed, for what the row
 * does not take. */
bool rt_row_parse(const struct rt_row *row, const char *text, struct rt_config *config);

/* Of a row that is a number. */
uint64_t rt_row_number(const struct rt_row *row, const struct rt_config *config);
void rt_row_set_number(const struct rt_row *row, struct rt_config *config, uint64_t value);

/* The rules between settings, by row: small <= large * scale. */
struct rt_rule {
    enum rt_row_number small, large;
    uint64_t scale;
};
enum { RT_RULES = 8 };
extern const struct rt_rule rt_rules[RT_RULES];

#endif
