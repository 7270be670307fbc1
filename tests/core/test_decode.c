/* Bytes to UTF-8, as browsers do. */
#include "base/alloc.h"
#include "base/str.h"
#include "core/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* RT_LIT() for a static initialiser. */
#define BYTES(literal) { "" literal, sizeof(literal) - 1 }

struct sample {
    const char *charset, *expected;
    rt_str bytes;
};

/* What is said, in the order of its weight. */
static const struct sample told[] = {
    { NULL, "", { "", 0 } },
    { NULL, "plain", { "plain", 5 } },
    { "latin1", "\xC3\xA9\xE2\x82\xAC", { "\xE9\x80", 2 } },
    { "\"ISO-8859-1\"", "\xC3\xA9", { "\xE9", 1 } },
    { " gb2312 ", "\xE4\xB8\xAD", { "\xD6\xD0", 2 } },
    { "no-such", "\xC3\xA9", { "\xC3\xA9", 2 } },
    { "latin1", "\xC3\xA9", { "\xEF\xBB\xBF\xC3\xA9", 5 } },
    { "utf-8", "h\xC3\xA9", { "\xFF\xFEh\0\xE9\0", 6 } },
    { NULL, "h\xC3\xA9", { "\xFE\xFF\0h\0\xE9", 6 } },
    { NULL, "\xF0\x9F\x98\x80", { "\xFF\xFE\x3D\xD8\x00\xDE", 6 } },
    { NULL, "\xEF\xBF\xBD" "a", { "\xFF\xFE\x3D\xD8" "a\0", 6 } },
    { "utf-8", "\xC3\xA9\xC3\xA9\xC3\xA9\xEF\xBF\xBD", { "\xC3\xA9\xC3\xA9\xC3\xA9\xFF", 7 } },
    { "utf-8", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9",
      { "\xED\xA0\x80\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 11 } },
    { NULL, "<meta charset=windows-1251>\xD0\xB9", { "<meta charset=windows-1251>\xE9", 28 } },
    { "koi8-r", "<meta charset=windows-1251>\xD0\x98", { "<meta charset=windows-1251>\xE9", 28 } },
    { NULL, "<meta charset=utf-16>\xC3\xA9", { "<meta charset=utf-16>\xC3\xA9", 23 } },
    { NULL, "<meta http-equiv=content-type content='text/html; charset=euc-kr'>\xEA\xB0\x80",
      { "<meta http-equiv=content-type content='text/html; charset=euc-kr'>\xB0\xA1", 68 } },
};

/* Nothing is said. */
static const struct sample untold[] = {
    { NULL, "Le café où l'été dernier nous avons déjeuné était très agréable, à côté de la forêt.",
      BYTES("Le caf\xE9 o\xF9 l'\xE9t\xE9 d"
        "ernier nous avons "
        "d\xE9jeun\xE9 \xE9tait tr\xE8s"
        " agr\xE9" "able, \xE0 c\xF4t\xE9 "
        "de la for\xEAt.") },
    { NULL, "Die Straßen über die Brücke führen in das schöne Tal, größer als früher.",
      BYTES("Die Stra\xDF" "en \xFC" "ber d"
        "ie Br\xFC" "cke f\xFChren i"
        "n das sch\xF6ne Tal, "
        "gr\xF6\xDF" "er als fr\xFCher.") },
    { NULL, "Привет, это обычный русский текст о погоде и природе, который читают люди.",
      BYTES("\xCF\xF0\xE8\xE2\xE5\xF2, \xFD\xF2\xEE \xEE\xE1\xFB\xF7\xED\xFB"
        "\xE9 \xF0\xF3\xF1\xF1\xEA\xE8\xE9 \xF2\xE5\xEA\xF1\xF2 \xEE "
        "\xEF\xEE\xE3\xEE\xE4\xE5 \xE8 \xEF\xF0\xE8\xF0\xEE\xE4\xE5, "
        "\xEA\xEE\xF2\xEE\xF0\xFB\xE9 \xF7\xE8\xF2\xE0\xFE\xF2 \xEB\xFE\xE4"
        "\xE8.") },
    { NULL, "Привет, это обычный русский текст о погоде и природе, который читают люди.",
      BYTES("\xF0\xD2\xC9\xD7\xC5\xD4, \xDC\xD4\xCF \xCF\xC2\xD9\xDE\xCE\xD9"
        "\xCA \xD2\xD5\xD3\xD3\xCB\xC9\xCA \xD4\xC5\xCB\xD3\xD4 \xCF "
        "\xD0\xCF\xC7\xCF\xC4\xC5 \xC9 \xD0\xD2\xC9\xD2\xCF\xC4\xC5, "
        "\xCB\xCF\xD4\xCF\xD2\xD9\xCA \xDE\xC9\xD4\xC1\xC0\xD4 \xCC\xC0\xC4"
        "\xC9.") },
    { NULL, "Příliš žluťoučký kůň úpěl ďábelské ódy, a všichni ho měli rádi v této době.",
      BYTES("P\xF8\xEDli\x9A \x9Elu\x9Dou\xE8k\xFD k"
        "\xF9\xF2 \xFAp\xECl \xEF\xE1" "belsk\xE9 \xF3"
        "dy, a v\x9Aichni ho m"
        "\xECli r\xE1" "di v t\xE9to do"
        "b\xEC.") },
    { NULL, "Zażółć gęślą jaźń, proszę państwa, to jest właśnie taki dzień wśród łąk.",
      BYTES("Za\xBF\xF3\xB3\xE6 g\xEA\xB6l\xB1 ja\xBC\xF1,"
        " prosz\xEA pa\xF1stwa, t"
        "o jest w\xB3" "a\xB6nie tak"
        "i dzie\xF1 w\xB6r\xF3" "d \xB3\xB1k.") },
    { NULL, "这是一个关于城市的故事，人们都知道他们应该在星期天开会，因为那时候大家都有时间。",
      BYTES("\xD5\xE2\xCA\xC7\xD2\xBB\xB8\xF6\xB9\xD8\xD3\xDA\xB3\xC7\xCA\xD0\xB5\xC4"
        "\xB9\xCA\xCA\xC2\xA3\xAC\xC8\xCB\xC3\xC7\xB6\xBC\xD6\xAA\xB5\xC0\xCB\xFB"
        "\xC3\xC7\xD3\xA6\xB8\xC3\xD4\xDA\xD0\xC7\xC6\xDA\xCC\xEC\xBF\xAA\xBB\xE1"
        "\xA3\xAC\xD2\xF2\xCE\xAA\xC4\xC7\xCA\xB1\xBA\xF2\xB4\xF3\xBC\xD2\xB6\xBC"
        "\xD3\xD0\xCA\xB1\xBC\xE4\xA1\xA3") },
    { NULL, "這是一個關於城市的故事，人們都知道他們應該在星期天開會，因為那時候大家都有時間。",
      BYTES("\xB3o\xACO\xA4@\xAD\xD3\xC3\xF6\xA9\xF3\xAB\xB0\xA5\xAB\xAA\xBA"
        "\xACG\xA8\xC6\xA1" "A\xA4H\xAD\xCC\xB3\xA3\xAA\xBE\xB9" "D\xA5L"
        "\xAD\xCC\xC0\xB3\xB8\xD3\xA6" "b\xACP\xB4\xC1\xA4\xD1\xB6}\xB7|"
        "\xA1" "A\xA6]\xAC\xB0\xA8\xBA\xAE\xC9\xAD\xD4\xA4j\xAE" "a\xB3\xA3"
        "\xA6\xB3\xAE\xC9\xB6\xA1\xA1" "C") },
    { NULL, "これは町の物語です。人々は日曜日に会議を開くべきだと知っている。",
      BYTES("\x82\xB1\x82\xEA\x82\xCD\x92\xAC\x82\xCC\x95\xA8\x8C\xEA\x82\xC5\x82\xB7"
        "\x81" "B\x90l\x81X\x82\xCD\x93\xFA\x97j\x93\xFA\x82\xC9\x89\xEF"
        "\x8B" "c\x82\xF0\x8AJ\x82\xAD\x82\xD7\x82\xAB\x82\xBE\x82\xC6\x92m"
        "\x82\xC1\x82\xC4\x82\xA2\x82\xE9\x81" "B") },
    { NULL, "これは町の物語です。人々は日曜日に会議を開くべきだと知っている。",
      BYTES("\xA4\xB3\xA4\xEC\xA4\xCF\xC4\xAE\xA4\xCE\xCA\xAA\xB8\xEC\xA4\xC7\xA4\xB9"
        "\xA1\xA3\xBF\xCD\xA1\xB9\xA4\xCF\xC6\xFC\xCD\xCB\xC6\xFC\xA4\xCB\xB2\xF1"
        "\xB5\xC4\xA4\xF2\xB3\xAB\xA4\xAF\xA4\xD9\xA4\xAD\xA4\xC0\xA4\xC8\xC3\xCE"
        "\xA4\xC3\xA4\xC6\xA4\xA4\xA4\xEB\xA1\xA3") },
    { NULL, "이것은 도시의 이야기입니다. 사람들은 일요일에 회의를 해야 한다는 것을 알고 있다.",
      BYTES("\xC0\xCC\xB0\xCD\xC0\xBA \xB5\xB5\xBD\xC3\xC0\xC7 \xC0\xCC\xBE\xDF"
        "\xB1\xE2\xC0\xD4\xB4\xCF\xB4\xD9. \xBB\xE7\xB6\xF7\xB5\xE9\xC0\xBA"
        " \xC0\xCF\xBF\xE4\xC0\xCF\xBF\xA1 \xC8\xB8\xC0\xC7\xB8\xA6 \xC7"
        "\xD8\xBE\xDF \xC7\xD1\xB4\xD9\xB4\xC2 \xB0\xCD\xC0\xBB \xBE\xCB"
        "\xB0\xED \xC0\xD6\xB4\xD9.") },
    { NULL, "Οι άνθρωποι της πόλης δεν ήταν σίγουροι ότι ήταν καλή ιδέα να πάνε εκεί.",
      BYTES("\xCF\xE9 \xDC\xED\xE8\xF1\xF9\xF0\xEF\xE9 \xF4\xE7\xF2 \xF0\xFC"
        "\xEB\xE7\xF2 \xE4\xE5\xED \xDE\xF4\xE1\xED \xF3\xDF\xE3\xEF\xF5"
        "\xF1\xEF\xE9 \xFC\xF4\xE9 \xDE\xF4\xE1\xED \xEA\xE1\xEB\xDE "
        "\xE9\xE4\xDD\xE1 \xED\xE1 \xF0\xDC\xED\xE5 \xE5\xEA\xE5\xDF.") },
    { NULL, "האנשים בעיר לא היו בטוחים שזה רעיון טוב לקיים את הפגישה ביום ראשון",
      BYTES("\xE4\xE0\xF0\xF9\xE9\xED \xE1\xF2\xE9\xF8 \xEC\xE0 \xE4\xE9\xE5"
        " \xE1\xE8\xE5\xE7\xE9\xED \xF9\xE6\xE4 \xF8\xF2\xE9\xE5\xEF "
        "\xE8\xE5\xE1 \xEC\xF7\xE9\xE9\xED \xE0\xFA \xE4\xF4\xE2\xE9\xF9"
        "\xE4 \xE1\xE9\xE5\xED \xF8\xE0\xF9\xE5\xEF") },
    { NULL, "لم يكن الناس في المدينة متأكدين من أنها فكرة جيدة أن يعقد الاجتماع يوم الأحد",
      BYTES("\xE1\xE3 \xED\xDF\xE4 \xC7\xE1\xE4\xC7\xD3 \xDD\xED \xC7\xE1"
        "\xE3\xCF\xED\xE4\xC9 \xE3\xCA\xC3\xDF\xCF\xED\xE4 \xE3\xE4 \xC3"
        "\xE4\xE5\xC7 \xDD\xDF\xD1\xC9 \xCC\xED\xCF\xC9 \xC3\xE4 \xED"
        "\xDA\xDE\xCF \xC7\xE1\xC7\xCC\xCA\xE3\xC7\xDA \xED\xE6\xE3 \xC7"
        "\xE1\xC3\xCD\xCF") },
    { NULL, "Şehirdeki insanlar bunun iyi bir fikir olduğundan emin değildi, çünkü ışık yoktu.",
      BYTES("\xDE" "ehirdeki insanlar"
        " bunun iyi bir fik"
        "ir oldu\xF0undan emin"
        " de\xF0ildi, \xE7\xFCnk\xFC \xFD\xFE"
        "\xFDk yoktu.") },
};

static void expect(const struct sample *sample, rt_str charset, rt_str bytes)
{
    char *out;
    size_t len;
    assert_int_equal(rt_decode_html(bytes, charset, &rt_alloc_heap, &out, &len, NULL), RT_OK);
    if (!rt_str_eq((rt_str){ out, len }, rt_str_from_c(sample->expected)))
        fail_msg("%s: %s", sample->expected, out);
    assert_int_equal(out[len], 0);
    rt_alloc_resize(&rt_alloc_heap, out, 0);
}

static void believes_what_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        expect(&told[i], rt_str_from_c(told[i].charset), told[i].bytes);
}

static void guesses_when_nothing_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
        expect(&untold[i], (rt_str){ NULL, 0 }, untold[i].bytes);
}

static void guesses_when_utf_8_is_said_wrongly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
        expect(&untold[i], RT_LIT("utf-8"), untold[i].bytes);
}

static void keeps_zero_bytes(void **state)
{
    (void)state;
    char *out;
    size_t len;
    assert_int_equal(rt_decode_html(RT_LIT("ab\0cdefgh"), (rt_str){ NULL, 0 }, &rt_alloc_heap, &out,
                                    &len, NULL), RT_OK);
    assert_int_equal(len, 9);
    assert_memory_equal(out, "ab\0cdefgh", 9);
    rt_alloc_resize(&rt_alloc_heap, out, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(believes_what_is_said),
        cmocka_unit_test(guesses_when_nothing_is_said),
        cmocka_unit_test(guesses_when_utf_8_is_said_wrongly),
        cmocka_unit_test(keeps_zero_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
