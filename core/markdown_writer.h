#ifndef RT_CORE_MARKDOWN_WRITER_H
#define RT_CORE_MARKDOWN_WRITER_H

#include "base/buf.h"
#include "core/flow.h"
#include "core/footnotes.h"
#include "core/url.h"

/* The state of one rendering, for the files markdown*.c alone.
 *
 * Nothing is written before it is needed: what parts two pieces of ink is noted as a gap, what an
 * element wants of its text (emphasis, a link) is noted as wanted, the marks of lists and quotes
 * wait in the prefix.  The next ink writes them all, in rt_md_ink().  So there is no emphasis round
 * nothing, no space inside a mark, no empty item and no empty line at an end. */

/* What is to stand before the next ink; the stronger is the greater. */
enum rt_md_gap { RT_MD_NONE, RT_MD_SPACE, RT_MD_BREAK, RT_MD_LINE, RT_MD_BLOCK };

enum rt_md_kind {
    RT_MD_STRONG, RT_MD_EM, RT_MD_DEL, RT_MD_LINK, RT_MD_SUB, RT_MD_SUP, RT_MD_KINDS
};

/* Longest prefix of a line: lists and quotes that would need more are not indented further. */
enum { RT_MD_PREFIX = 36 };

/* Where block syntax could be read into text. */
enum rt_md_line { RT_MD_START, RT_MD_DIGITS, RT_MD_MIDDLE };

struct rt_md_mark {
    enum rt_md_kind kind;
    char sign;          /* of emphasis: '*' or '_' */
    bool open;
    bool has_words;     /* of a link: more than images stand in it */
    unsigned times;     /* how often it was opened */
    rt_str url;         /* of a link */
    size_t at, end;     /* where its opening and closing signs were written */
};

struct rt_md_list {
    bool ordered;
    char sign;          /* '-' or '*', '.' or ')' */
    uint32_t number;    /* of the next item */
    uint8_t width;      /* of the last item's marker; 0 before the first */
    size_t end;         /* where the last item ended */
};

struct rt_md_table;

struct rt_md {
    struct rt_flow flow;
    struct rt_arena *arena;
    struct rt_url_resolver *resolver;
    struct rt_buf out;

    enum rt_md_gap gap;
    bool after_br;                  /* a <br> since the last ink */
    bool in_heading, in_cell;       /* one line: no gap is more than a space or <br> */
    enum rt_md_line line;
    unsigned heading;               /* level to be marked before the next ink, 0 for none */
    bool definition;                /* ": " is to be written before the next ink, */
    char task;                      /* or a check box with this in it */

    char first[RT_MD_PREFIX], rest[RT_MD_PREFIX];  /* of the next line, of those after it */
    unsigned prefix, prefix_kept;   /* length; least length since the last ink */
    bool item_waits;                /* first differs from rest */

    struct rt_md_mark wanted[RT_MD_KINDS], closed[RT_MD_KINDS];
    unsigned wanted_count, closed_count, open_count;
    unsigned open[RT_MD_KINDS];     /* indices of wanted, in the order of their opening */
    unsigned depth_of[RT_MD_KINDS]; /* elements of the kind that are open round here */
    size_t target_end;              /* where the last link or image ended */

    unsigned code;                  /* elements of code round here */
    bool code_open, code_left;
    size_t code_at;

    struct rt_buf block;            /* content of a code block */
    struct rt_md_list *lists;
    unsigned list_count, list_room;
    size_t list_end;                /* where the last list ended, */
    struct rt_md_list last_list;    /* and what it was */
    rt_str last_image;
    struct rt_md_table *table;
    struct rt_footnotes *notes;
    bool in_note;
};

/* A line that nothing may break: of a heading, of a table. */
static inline bool rt_md_is_one_line(const struct rt_md *md)
{
    return md->in_heading || md->in_cell;
}

/* A block comes that lists and definitions cannot begin in the line of their own mark. */
static inline void rt_md_drop_marks(struct rt_md *md)
{
    md->definition = false;
    md->task = 0;
}

/* markdown_writer.c: lines */

void rt_md_widen(struct rt_md *md, enum rt_md_gap gap);
/* Writes the gap, begins the line where one is due. */
void rt_md_write_gap(struct rt_md *md);
/* Ends the line and begins the next with the prefix. */
void rt_md_new_line(struct rt_md *md);
/* Everything inside begins its lines with rest, the first of them with first (of equal length).
 * False where the prefix would grow too long; nothing has changed then. */
bool rt_md_push_prefix(struct rt_md *md, rt_str first, rt_str rest);
void rt_md_pop_prefix(struct rt_md *md, unsigned len);

/* markdown_inline.c: emphasis, links, code spans */

/* What comes next is ink that begins with c: writes the gap and the signs that are due.  Then the
 * caller writes the ink itself. */
void rt_md_ink(struct rt_md *md, uint32_t c);
/* Nothing is due before ink but the ink. */
static inline bool rt_md_is_settled(const struct rt_md *md)
{
    return md->gap == RT_MD_NONE && md->closed_count == 0 && md->wanted_count == md->open_count &&
           (md->code > 0) == md->code_open && md->line == RT_MD_MIDDLE;
}
void rt_md_want(struct rt_md *md, enum rt_md_kind kind, rt_str url);
void rt_md_unwant(struct rt_md *md, enum rt_md_kind kind);
/* Closes all that is open; it is opened again by the next ink. */
void rt_md_close_all(struct rt_md *md);
void rt_md_image(struct rt_md *md, const rt_node *img);

/* markdown_text.c: escaping */

void rt_md_text(struct rt_md *md, rt_str text);
/* The text between the brackets of an image. */
void rt_md_alt(struct rt_md *md, rt_str alt);
/* $tex$, or $$tex$$ as a block. */
void rt_md_formula(struct rt_md *md, rt_str tex, bool display);
/* The address between the parentheses of a link. */
void rt_md_target(struct rt_md *md, rt_str url);

/* markdown_note.c: footnotes */

/* At an <a>: one that refers to a note is written, one that leads back is left out; both are then
 * done with.  False for any other. */
bool rt_md_reference(struct rt_md *md);
/* At a block: if it holds a note, what is inside is prefixed with its mark. */
bool rt_md_note(struct rt_md *md);

/* markdown_list.c */

/* At a list and at an item; both may push a prefix.  False where the list or item is flattened, and
 * has no end to be told. */
bool rt_md_list_begin(struct rt_md *md);
void rt_md_list_end(struct rt_md *md);
bool rt_md_item_begin(struct rt_md *md);
/* prefix: its length before the item began. */
void rt_md_item_end(struct rt_md *md, unsigned prefix);

/* markdown_code.c: code blocks */

void rt_md_code_begin(struct rt_md *md);
void rt_md_code_text(struct rt_md *md, rt_str text);
void rt_md_code_line(struct rt_md *md, bool forced);
void rt_md_code_end(struct rt_md *md, const rt_node *pre);

/* markdown_table.c: pipe tables */

/* The table that the walk has just entered is data, not layout: from here on rows and cells are
 * told to the functions below. */
bool rt_md_table_begin(struct rt_md *md);
void rt_md_table_end(struct rt_md *md);
void rt_md_row_end(struct rt_md *md);
void rt_md_cell_begin(struct rt_md *md, const rt_node *cell);
void rt_md_cell_end(struct rt_md *md, const rt_node *cell);

#endif
