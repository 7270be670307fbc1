/* Footnotes: "[^1]" in the text, "[^1]: " before the note. */
#include "core/markdown_writer.h"

#include "base/str.h"

enum { MAX_MARK = 16, MAX_NOTE = 99999 };

static rt_str mark_of(char mark[MAX_MARK], uint32_t number)
{
    char digits[10];
    size_t count = 0, len = 0;
    for (; number > 0; number /= 10)
        digits[count++] = (char)('0' + number % 10);
    mark[len++] = '[';
    mark[len++] = '^';
    while (count > 0)
        mark[len++] = digits[--count];
    mark[len++] = ']';
    return (rt_str){ mark, len };
}

/* The page has raised the reference; its mark needs no <sup>. */
static void write_reference(struct rt_md *md, uint32_t number)
{
    char mark[MAX_MARK];
    for (unsigned i = 0; i < md->wanted_count; i++)
        if (md->wanted[i].kind == RT_MD_SUP && !md->wanted[i].open)
            md->wanted[i].times = 1;
    rt_md_ink(md, '[');
    rt_buf_str(&md->out, mark_of(mark, number));
    md->line = RT_MD_MIDDLE;
}

bool rt_md_reference(struct rt_md *md)
{
    const rt_node *a = md->flow.node;
    rt_str href = rt_node_attr(a, "href");
    if (href.len < 2 || href.at[0] != '#' || md->code > 0)
        return false;
    if (!md->notes && !rt_footnotes_is_reference(a))
        return false;
    if (!md->notes && !(md->notes = rt_footnotes_find(md->flow.page))) {
        md->out.failed = true;
        return true;
    }
    uint32_t number = rt_footnotes_reference(md->notes, a);
    if (number == 0 && !(md->in_note && rt_footnotes_is_backlink(a)))
        return false;
    if (number > 0)
        write_reference(md, number);
    rt_flow_skip(&md->flow);
    return true;
}

bool rt_md_note(struct rt_md *md)
{
    uint32_t number = md->notes ? rt_footnotes_definition(md->notes, md->flow.node) : 0;
    if (number == 0 || number > MAX_NOTE || md->prefix > 0)
        return false;
    char mark[MAX_MARK];
    rt_str first = mark_of(mark, number);
    mark[first.len++] = ':';
    mark[first.len++] = ' ';
    rt_md_widen(md, RT_MD_BLOCK);
    if (!rt_md_push_prefix(md, first, (rt_str){ "                ", first.len }))
        return false;
    md->in_note = true;
    return true;
}
