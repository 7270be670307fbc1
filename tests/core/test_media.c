/* Images, video and audio of a page. */
#include "core/media.h"
#include "page_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define U "https://example.com/"

static const struct {
    const char *html, *expected;    /* the addresses, a space between them */
    uint32_t images;
} cases[] = {
    { "<img src=/a.png><img src=/a.png><img src=b.png>", U "a.png " U "a/b.png", 2 },
    { "<img src='data:image/gif;base64,R0lGOD' data-src=/a.jpg>", U "a.jpg", 1 },
    { "<img src=/1x1.gif data-original=/a.jpg>", U "a.jpg", 1 },
    { "<img src='data:image/png;base64,AAAA'>", "", 0 },
    { "<img src=/s.jpg srcset='/m.jpg 640w, /l.jpg 1280w, /t.jpg 320w'>", U "l.jpg", 1 },
    { "<img src=/s.jpg srcset='/m.jpg 1.5x,/l.jpg 2x'>", U "l.jpg", 1 },
    { "<img src=/s.jpg srcset='/s2.jpg'>", U "s.jpg", 1 },
    { "<img srcset='/c,w_100,h_5/a.jpg 100w, /c,w_900/a.jpg 900w'>", U "c,w_900/a.jpg", 1 },
    { "<img srcset='/a.jpg, , /b.jpg 3x,'>", U "b.jpg", 1 },
    { "<img srcset='/a.jpg (1,2) 5x, /b.jpg 3x'>", U "a.jpg", 1 },
    { "<img srcset='/a.jpg 99999999999999999999w, /b.jpg 3w'>", U "a.jpg", 1 },
    { "<img srcset=' , ,'>", "", 0 },
    { "<img src=/p.gif data-srcset='/l.jpg 800w, /s.jpg 400w'>", U "l.jpg", 1 },
    { "<picture><source srcset='/a.webp 800w'><img src=/a.jpg></picture>", U "a.webp", 1 },
    { "<picture><source srcset=/a.webp><img src=/a.jpg></picture>", U "a.jpg", 1 },
    { "<picture><source srcset=/a.webp><img src='data:,'></picture>", U "a.webp", 1 },
    { "<video src=/v.mp4 poster=/p.jpg></video>", U "p.jpg " U "v.mp4", 1 },
    { "<video><source src=/v.webm><source src=/v.mp4></video>", U "v.webm " U "v.mp4", 0 },
    { "<audio src=/s.mp3></audio><audio><source src=/t.ogg></audio>", U "s.mp3 " U "t.ogg", 0 },
    { "<meta property=og:image content=/o.png><img src=/o.png>", U "o.png", 1 },
    { "<img src='javascript:x'><img src=''><img>", "", 0 },
};

static void finds_the_best_of_each_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct page_fixture f;
        rt_str_list media;
        uint32_t images;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(cases[i].html)), RT_OK);
        struct rt_url_resolver *resolver = rt_url_resolver_new(&f.arena, f.page.base);
        assert_true(rt_media_find(&f.page, resolver, &media, &images));
        rt_str got = rt_arena_join(&f.arena, media.at, media.len, RT_LIT(" "));
        if (!rt_str_eq(got, rt_str_from_c(cases[i].expected)) || images != cases[i].images)
            fail_msg("%s: %u, %.*s", cases[i].html, images, (int)got.len, got.at);
        page_fixture_close(&f);
    }
}

/* Where scripts look for the picture that they load when it comes into view. */
static void finds_what_scripts_load_later(void **state)
{
    (void)state;
    static const char *const attributes[] = {
        "data-src",       "data-lazy-src",   "data-original",     "data-lazy",       "data-original-src",
        "data-img-src",   "data-image-src",  "data-image",        "data-url",        "data-hi-res-src",
        "data-full-src",  "data-echo",       "data-srcurl",       "data-li-src",     "data-actualsrc",
        "data-srcset",    "data-lazy-srcset", "data-original-set"
    };
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        char html[100];
        struct page_fixture f;
        snprintf(html, sizeof html, "<img src='data:,' %s=/a.jpg>", attributes[i]);
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(html)), RT_OK);
        const rt_node *img = f.page.body->first_child;
        if (!rt_str_eq(rt_media_image(img), RT_LIT("/a.jpg")))
            fail_msg("%s", html);
        page_fixture_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_best_of_each_once),
        cmocka_unit_test(finds_what_scripts_load_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
