/* The language of a page. */
#include "base/str.h"
#include "core/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ENGLISH "The people of the town were not sure that it was a good idea to have the meeting on a Sunday, " \
    "but they have said that they would be there if there was a need for it and if the weather is fine. "
#define GERMAN "Die Leute in der Stadt waren nicht sicher, ob es eine gute Idee ist, das Treffen an einem Sonntag zu " \
    "haben, aber sie sind auch der Meinung, dass man sich für die Zukunft mit dem Thema befassen wird. "
#define RUSSIAN "Люди в городе не были уверены, что это хорошая идея, но они сказали, что придут, если это будет нужно " \
    "и если погода будет хорошей, а также после того как все уже собрались для встречи на площади. "
#define UKRAINIAN "Люди в місті не були впевнені, що це добра ідея, але вони сказали, що прийдуть, якщо це буде " \
    "потрібно і якщо погода буде гарною, а також після того як всі вже зібралися для зустрічі на площі. "

static const struct {
    const char *declared, *text, *expected;
} cases[] = {
    { "en-US", "", "en" }, { "de_AT.UTF-8", "", "de" }, { "iw", "", "he" }, { " FR ", "", "fr" },
    { "pt, en", "", "pt" }, { "zh-Hant-TW", "", "zh" }, { "x", "", NULL }, { "english", "", NULL },
    { "{{lang}}", "", NULL }, { "und", "", NULL }, { "", "", NULL }, { NULL, "", NULL },
    { NULL, ENGLISH, "en" }, { NULL, GERMAN, "de" }, { NULL, RUSSIAN, "ru" },
    { NULL, UKRAINIAN, "uk" }, { NULL, "The end", NULL }, { NULL, "Lorem ipsum", NULL },
    { NULL, "这是一个关于城市的故事，人们都知道他们应该在星期天开会。", "zh" },
    { NULL, "これは町の物語です。人々は日曜日に会議を開くべきだと知っている。", "ja" },
    { NULL, "이것은 도시의 이야기입니다. 사람들은 일요일에 회의를 해야 한다는 것을 알고 있다.", "ko" },
    { NULL, "Οι άνθρωποι της πόλης δεν ήταν σίγουροι ότι ήταν καλή ιδέα", "el" },
    { "en", GERMAN GERMAN GERMAN, "de" },
    { "en", GERMAN, "en" },
    { "en", RUSSIAN RUSSIAN RUSSIAN, "ru" },
    { "de", ENGLISH ENGLISH ENGLISH, "en" },
    { "de", GERMAN GERMAN ENGLISH, "de" },
    { "uk", UKRAINIAN UKRAINIAN, "uk" },
};

static void finds_the_language(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_arena arena;
        rt_arena_init(&arena, &rt_alloc_heap, 1 << 20);
        rt_str got = rt_language_find(&arena, rt_str_from_c(cases[i].declared),
                                      rt_str_from_c(cases[i].text));
        rt_str expected = rt_str_from_c(cases[i].expected);
        if (!rt_str_eq(got, expected) || !got.at != !expected.at)
            fail_msg("%s, %.40s: %.*s", cases[i].declared, cases[i].text, (int)got.len, got.at);
        rt_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(finds_the_language) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
