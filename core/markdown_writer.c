/* Lines of Markdown: what parts them, and the prefixes of lists and quotes before them. */
#include "core/markdown_writer.h"

#include "base/str.h"

void rt_md_widen(struct rt_md *md, enum rt_md_gap gap)
{
    if (md->in_heading && gap > RT_MD_SPACE)
        gap = RT_MD_SPACE;
    if (gap == RT_MD_BLOCK && md->item_waits && md->gap >= RT_MD_LINE)
        return;
    if (gap > md->gap)
        md->gap = gap;
}

static void write_prefix(struct rt_md *md, const char *prefix, unsigned len)
{
    rt_buf_add(&md->out, prefix, len);
}

static void write_empty_line(struct rt_md *md)
{
    unsigned len = md->prefix_kept;
    while (len > 0 && md->rest[len - 1] == ' ')
        len--;
    write_prefix(md, md->rest, len);
    rt_buf_byte(&md->out, '\n');
}

static void begin_line(struct rt_md *md)
{
    write_prefix(md, md->first, md->prefix);
    memcpy(md->first, md->rest, md->prefix);
    md->item_waits = false;
    md->prefix_kept = md->prefix;
    md->line = RT_MD_START;
}

void rt_md_new_line(struct rt_md *md)
{
    if (md->out.len > 0)
        rt_buf_byte(&md->out, '\n');
    begin_line(md);
}

/* The mark of a heading, a definition or a task. */
static void write_mark(struct rt_md *md)
{
    const char task[] = { '[', md->task, ']', ' ' };
    if (md->heading > 0) {
        rt_buf_add(&md->out, "######", md->heading);
        rt_buf_byte(&md->out, ' ');
    } else if (md->definition) {
        rt_buf_lit(&md->out, ": ");
    } else if (md->task) {
        rt_buf_add(&md->out, task, sizeof task);
    } else {
        return;
    }
    md->line = RT_MD_MIDDLE;
    md->heading = 0;
    md->definition = false;
    md->task = 0;
}

void rt_md_write_gap(struct rt_md *md)
{
    enum rt_md_gap gap = md->out.len == 0 ? RT_MD_LINE : md->gap;
    md->gap = RT_MD_NONE;
    md->after_br = false;
    if (gap == RT_MD_NONE)
        return;
    if (md->in_cell) {
        if (md->line != RT_MD_START)
            rt_buf_str(&md->out, gap == RT_MD_SPACE ? RT_LIT(" ") : RT_LIT("<br>"));
    } else if (gap == RT_MD_SPACE) {
        if (md->line != RT_MD_START)
            rt_buf_byte(&md->out, ' ');
    } else if (gap == RT_MD_BREAK) {
        rt_buf_byte(&md->out, '\\');
        rt_md_new_line(md);
    } else {
        rt_md_close_all(md);
        if (gap == RT_MD_BLOCK) {
            rt_buf_byte(&md->out, '\n');
            write_empty_line(md);
            begin_line(md);
        } else {
            rt_md_new_line(md);
        }
        write_mark(md);
    }
    md->closed_count = 0;
}

bool rt_md_push_prefix(struct rt_md *md, rt_str first, rt_str rest)
{
    if (first.len > sizeof md->first - md->prefix)
        return false;
    memcpy(md->first + md->prefix, first.at, first.len);
    memcpy(md->rest + md->prefix, rest.at, rest.len);
    md->prefix += (unsigned)first.len;
    md->item_waits = true;
    return true;
}

void rt_md_pop_prefix(struct rt_md *md, unsigned len)
{
    md->prefix = len;
    if (md->prefix_kept > len)
        md->prefix_kept = len;
    md->item_waits = md->item_waits && memcmp(md->first, md->rest, len) != 0;
}
