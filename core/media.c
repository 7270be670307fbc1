/* Images, video and audio of a page, and which of an image's many addresses is the best. */
#include "core/media.h"

#include "base/str.h"
#include "base/strset.h"

/* <source> elements of one <picture> that are looked at. */
enum { MAX_SOURCES = 16 };

/* An address and how large the picture behind it claims to be: "640w" is 640 * WIDTH, "2x" stands
 * between an address that claims nothing and the narrowest width. */
struct candidate {
    rt_str address;
    uint64_t size;
};

static const uint64_t PLAIN = 1000, WIDTH = 1000000;

/* Where scripts that load images late keep the address. */
static const rt_str lazy_names[] = {
    { "data-src", 8 }, { "data-lazy-src", 13 }, { "data-original", 13 }, { "data-lazy", 9 },
    { "data-original-src", 17 }, { "data-img-src", 12 }, { "data-image-src", 14 },
    { "data-image", 10 }, { "data-url", 8 }, { "data-hi-res-src", 15 }, { "data-full-src", 13 },
    { "data-echo", 9 }, { "data-srcurl", 11 }, { "data-li-src", 11 }, { "data-actualsrc", 14 },
};
static const rt_str lazy_set_names[] = {
    { "data-srcset", 11 }, { "data-lazy-srcset", 16 }, { "data-original-set", 17 },
};

static bool is_among(rt_str name, const rt_str *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rt_str_eq(name, names[i]))
            return true;
    return false;
}

/* Not an address of a file: drawn inline, or nothing. */
static bool is_inline(rt_str address)
{
    return address.len == 0 || rt_str_starts_nocase(address, RT_LIT("data:")) ||
           rt_str_starts_nocase(address, RT_LIT("about:")) ||
           rt_str_starts_nocase(address, RT_LIT("blob:")) ||
           rt_str_starts_nocase(address, RT_LIT("javascript:"));
}

static void offer(struct candidate *best, rt_str address, uint64_t size)
{
    if (!is_inline(address) && (!best->address.at || size > best->size))
        *best = (struct candidate){ address, size };
}

/* "640w" or "1.5x"; 0 where it is neither. */
static uint64_t descriptor_size(rt_str word)
{
    uint64_t value = 0, thousandths = 1000;
    size_t i = 0;
    for (; i < word.len && rt_is_digit(word.at[i]); i++)
        value = value < 1000000 ? value * 10 + (uint64_t)(word.at[i] - '0') : value;
    value *= thousandths;
    if (i < word.len && word.at[i] == '.')
        for (i++; i < word.len && rt_is_digit(word.at[i]); i++) {
            thousandths /= 10;
            value += thousandths * (uint64_t)(word.at[i] - '0');
        }
    if (i + 1 != word.len)
        return 0;
    return rt_lower(word.at[i]) == 'w' ? value / 1000 * WIDTH + WIDTH
           : rt_lower(word.at[i]) == 'x' ? value : 0;
}

/* The descriptors up to the comma that ends them; commas in parentheses do not. */
static rt_str take_descriptors(rt_str *rest)
{
    size_t i = 0;
    for (bool inside = false; i < rest->len && (inside || rest->at[i] != ','); i++)
        inside = rest->at[i] == '(' || (inside && rest->at[i] != ')');
    rt_str descriptors = rt_str_first(*rest, i);
    *rest = rt_str_from(*rest, i + 1);
    return descriptors;
}

/* As the HTML standard reads it: an address ends at white space, its own commas belong to it. */
static void offer_set(struct candidate *best, rt_str set)
{
    for (;;) {
        while (set.len && (rt_is_space(set.at[0]) || set.at[0] == ','))
            set = rt_str_from(set, 1);
        rt_str address;
        if (!rt_str_word(&set, &address))
            return;
        uint64_t size = PLAIN;
        if (address.at[address.len - 1] == ',') {
            while (address.len && address.at[address.len - 1] == ',')
                address.len--;
        } else {
            rt_str word, descriptors = take_descriptors(&set);
            while (rt_str_word(&descriptors, &word))
                size = descriptor_size(word) > size ? descriptor_size(word) : size;
        }
        offer(best, address, size);
    }
}

/* What an <img> or a <source> of a <picture> says of itself.  A late address is better than the
 * one that stands in for it until then. */
static void offer_element(struct candidate *best, const rt_node *node)
{
    struct candidate lazy = { { NULL, 0 }, 0 }, plain = { { NULL, 0 }, 0 };
    for (const lxb_dom_attr_t *attr = rt_node_attrs(node); attr; attr = attr->next) {
        size_t len;
        const lxb_char_t *text =
            lxb_dom_attr_local_name_noi((lxb_dom_attr_t *)(uintptr_t)attr, &len);
        rt_str name = { (const char *)text, len };
        if (rt_str_eq(name, RT_LIT("src")))
            offer(&plain, rt_str_trim(rt_attr_value(attr)), PLAIN);
        else if (rt_str_eq(name, RT_LIT("srcset")))
            offer_set(best, rt_str_trim(rt_attr_value(attr)));
        else if (!rt_str_starts(name, RT_LIT("data-")))
            continue;
        else if (is_among(name, lazy_names, sizeof lazy_names / sizeof *lazy_names))
            offer(&lazy, rt_str_trim(rt_attr_value(attr)), PLAIN);
        else if (is_among(name, lazy_set_names, sizeof lazy_set_names / sizeof *lazy_set_names))
            offer_set(best, rt_str_trim(rt_attr_value(attr)));
    }
    struct candidate own = lazy.address.at ? lazy : plain;
    if (own.address.at && best->size <= PLAIN)
        *best = own;
}

rt_str rt_media_image(const rt_node *img)
{
    struct candidate best = { { NULL, 0 }, 0 };
    offer_element(&best, img);
    if (img->parent && rt_node_tag(img->parent) == LXB_TAG_PICTURE) {
        const rt_node *source = img->prev;
        for (unsigned i = 0; source && i < MAX_SOURCES; i++, source = source->prev) {
            struct candidate other = { { NULL, 0 }, 0 };
            if (rt_node_tag(source) == LXB_TAG_SOURCE)
                offer_element(&other, source);
            if (other.address.at)
                offer(&best, other.address, other.size);
        }
    }
    return best.address;
}

/* The walk's state. */
struct finder {
    struct rt_url_resolver *resolver;
    struct rt_strset found;
    uint32_t images;
};

static void add(struct finder *finder, rt_str address, bool is_image)
{
    address = rt_str_trim(address);
    if (is_inline(address))
        return;
    if (rt_strset_add(&finder->found, rt_url_resolve(finder->resolver, address)) && is_image)
        finder->images++;
}

static void add_source(struct finder *finder, const rt_node *source)
{
    lxb_tag_id_t parent = source->parent ? rt_node_tag(source->parent) : LXB_TAG__UNDEF;
    if (parent == LXB_TAG_VIDEO || parent == LXB_TAG_AUDIO)
        add(finder, rt_node_attr(source, "src"), false);
}

static void add_player(struct finder *finder, const rt_node *player)
{
    rt_str src = rt_node_attr(player, "src");
    add(finder, rt_node_attr(player, "poster"), true);
    add(finder, is_inline(src) ? rt_node_attr(player, "data-src") : src, false);
}

static void add_meta(struct finder *finder, const rt_node *meta)
{
    rt_str name = rt_node_attr(meta, "property");
    if (!name.at)
        name = rt_node_attr(meta, "name");
    if (rt_str_eq_nocase(name, RT_LIT("og:image")) ||
        rt_str_eq_nocase(name, RT_LIT("og:image:url")) ||
        rt_str_eq_nocase(name, RT_LIT("og:image:secure_url")))
        add(finder, rt_node_attr(meta, "content"), true);
}

bool rt_media_find(const struct rt_page *page, struct rt_url_resolver *resolver, rt_str_list *out,
                   uint32_t *images)
{
    struct finder finder = { .resolver = resolver };
    rt_strset_init(&finder.found, page->arena);
    for (rt_node *n = page->root; n && !page->arena->refused; n = rt_node_next(n, page->root)) {
        switch (rt_node_tag(n)) {
        case LXB_TAG_META:   add_meta(&finder, n); break;
        case LXB_TAG_IMG:    add(&finder, rt_media_image(n), true); break;
        case LXB_TAG_VIDEO:
        case LXB_TAG_AUDIO:  add_player(&finder, n); break;
        case LXB_TAG_SOURCE: add_source(&finder, n); break;
        default: break;
        }
    }
    bool done = !finder.found.failed && !page->arena->refused;
    *out = done ? rt_strset_list(&finder.found) : (rt_str_list){ NULL, 0 };
    *images = finder.images;
    return done;
}
