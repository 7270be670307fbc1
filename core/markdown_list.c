/* Lists: markers, indentation, check boxes. */
#include "core/markdown_writer.h"

#include "base/str.h"

enum { MAX_NUMBER = 999999999 };

static bool is_list(lxb_tag_id_t tag)
{
    return tag == LXB_TAG_UL || tag == LXB_TAG_OL || tag == LXB_TAG_MENU || tag == LXB_TAG_DIR;
}

static const char spaces[] = "                ";

static uint32_t number_of(const rt_node *element, const char *name, uint32_t otherwise)
{
    rt_str digits = rt_str_trim(rt_node_attr(element, name));
    uint32_t number = 0;
    if (digits.len == 0)
        return otherwise;
    for (size_t i = 0; i < digits.len; i++) {
        if (!rt_is_digit(digits.at[i]) || number > MAX_NUMBER / 10)
            return otherwise;
        number = number * 10 + (uint32_t)(digits.at[i] - '0');
    }
    return number;
}

static struct rt_md_list *push_list(struct rt_md *md)
{
    if (md->list_count == md->list_room) {
        unsigned room = md->list_room ? md->list_room * 2 : 16;
        struct rt_md_list *lists = rt_arena_grow(md->arena, md->lists,
                                                 md->list_room * sizeof *lists,
                                                 room * sizeof *lists);
        if (!lists) {
            md->out.failed = true;
            return NULL;
        }
        md->lists = lists;
        md->list_room = room;
    }
    return &md->lists[md->list_count++];
}

/* A list right inside a list, without an item round it, belongs to the item before it. */
static void indent_orphan(struct rt_md *md)
{
    const struct rt_md_list *outer = md->list_count > 0 ? &md->lists[md->list_count - 1] : NULL;
    if (!outer || outer->width == 0 || !is_list(rt_node_tag(md->flow.node->parent)))
        return;
    rt_str indent = { spaces, outer->width };
    if (rt_md_push_prefix(md, indent, indent))
        md->item_waits = false;
}

/* A list in an item follows its text at once, unless it would be taken for more of the text. */
static void part(struct rt_md *md, bool can_interrupt)
{
    bool is_tight = md->list_count > 0 && can_interrupt;
    lxb_tag_id_t parent = rt_node_tag(md->flow.node->parent);
    bool is_inside = parent == LXB_TAG_LI || is_list(parent);
    rt_md_widen(md, is_tight ? RT_MD_LINE : RT_MD_BLOCK);
    if (is_tight && is_inside && md->gap == RT_MD_BLOCK && !md->item_waits)
        md->gap = RT_MD_LINE;
}

bool rt_md_list_begin(struct rt_md *md)
{
    bool ordered = md->flow.tag == LXB_TAG_OL;
    uint32_t number = ordered ? number_of(md->flow.node, "start", 1) : 0;
    rt_md_drop_marks(md);
    part(md, !ordered || number == 1);
    if (rt_md_is_one_line(md))
        return false;
    indent_orphan(md);
    struct rt_md_list *list = push_list(md);
    if (!list)
        return false;
    *list = (struct rt_md_list){ .ordered = ordered, .number = number,
                                 .sign = ordered ? '.' : '-', .end = RT_NPOS };
    bool is_beside = md->list_end == md->out.len && md->out.len > 0 &&
                     md->last_list.ordered == ordered && md->last_list.sign == list->sign;
    if (is_beside)
        list->sign = ordered ? ')' : '*';
    return true;
}

/* The marker of the next item of the list. */
static rt_str item_marker(struct rt_md_list *list, char marker[16])
{
    char digits[12];
    size_t count = 0, len = 0;
    if (list->ordered) {
        for (uint32_t n = list->number; n > 0 || count == 0; n /= 10)
            digits[count++] = (char)('0' + n % 10);
        while (count > 0)
            marker[len++] = digits[--count];
        list->number += list->number < MAX_NUMBER;
    }
    marker[len++] = list->sign;
    marker[len++] = ' ';
    list->width = (uint8_t)len;
    return (rt_str){ marker, len };
}

/* The check box of a task, at the very start of an item. */
static void find_task(struct rt_md *md)
{
    const rt_node *n = md->flow.node->first_child;
    for (int steps = 0; n && steps < 8; steps++) {
        if (rt_node_is_text(n) && rt_str_trim(rt_node_data(n)).len == 0) {
            n = n->next;
            continue;
        }
        lxb_tag_id_t tag = rt_node_tag(n);
        if (tag == LXB_TAG_INPUT)
            break;
        if (tag != LXB_TAG_LABEL && tag != LXB_TAG_P && tag != LXB_TAG_SPAN && tag != LXB_TAG_DIV)
            return;
        n = n->first_child;
    }
    if (!n || rt_node_tag(n) != LXB_TAG_INPUT ||
        !rt_str_eq_nocase(rt_str_trim(rt_node_attr(n, "type")), RT_LIT("checkbox")))
        return;
    md->task = rt_node_attr(n, "checked").at ? 'x' : ' ';
}

bool rt_md_item_begin(struct rt_md *md)
{
    struct rt_md_list none = { .sign = '-', .end = RT_NPOS };
    struct rt_md_list *list = md->list_count > 0 ? &md->lists[md->list_count - 1] : &none;
    bool is_next = list->end == md->out.len;
    rt_md_widen(md, list->ordered && !is_next && list->number != 1 ? RT_MD_BLOCK : RT_MD_LINE);
    if (rt_md_is_one_line(md))
        return false;
    if (is_next && md->gap == RT_MD_BLOCK)
        md->gap = RT_MD_LINE;
    char marker[16];
    if (list->ordered)
        list->number = number_of(md->flow.node, "value", list->number);
    unsigned prefix = md->prefix;
    rt_str first = item_marker(list, marker);
    if (!rt_md_push_prefix(md, first, (rt_str){ spaces, first.len })) {
        md->gap = RT_MD_BLOCK;
        return false;
    }
    if (md->prefix_kept == prefix)
        find_task(md);
    return true;
}

void rt_md_list_end(struct rt_md *md)
{
    md->last_list = md->lists[--md->list_count];
    md->list_end = md->out.len;
}

/* An item without ink was never there. */
void rt_md_item_end(struct rt_md *md, unsigned prefix)
{
    md->task = 0;
    if (md->list_count == 0)
        return;
    struct rt_md_list *list = &md->lists[md->list_count - 1];
    if (md->prefix_kept > prefix)
        list->end = md->out.len;
    else if (list->ordered && list->number > 0)
        list->number--;
}
