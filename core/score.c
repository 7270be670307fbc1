/* A sum over the rules that hold, in hundredths, and the logistic curve that makes a probability of
 * it.  The rules are in rules.def; the sum of all their weights fits 16 bits. */
#include "core/score.h"

#include "core/names.h"

#include <string.h>

struct rule {
    int16_t at_least, weight;
    uint16_t feature;
};

#define RT_BASE(score)
#define RT_RULE(feature, at_least, weight)
#define RT_PAGE_RULE(feature, at_least, weight)
#define RT_IF_CONTEXT(bit, weight)
#define RT_IF_NAME(bit, weight)
#define RT_IF_SAYS(bit, weight)
#define RT_IF_UNDER(bit, weight)

static const struct rule rules[] = {
#undef RT_RULE
#define RT_RULE(feature, at_least, weight) { at_least, weight, RT_F_##feature },
#include "core/rules.def"
#undef RT_RULE
#define RT_RULE(feature, at_least, weight)
};

static const struct rule page_rules[] = {
#undef RT_PAGE_RULE
#define RT_PAGE_RULE(feature, at_least, weight) { at_least, weight, RT_P_##feature },
#include "core/rules.def"
#undef RT_PAGE_RULE
#define RT_PAGE_RULE(feature, at_least, weight)
};

/* What each bit of a word is worth. */
struct bit_weights {
    int16_t of[32];
};

static const struct bit_weights contexts = { {
#undef RT_IF_CONTEXT
#define RT_IF_CONTEXT(bit, weight) [__builtin_ctz(RT_IN_##bit)] = weight,
#include "core/rules.def"
#undef RT_IF_CONTEXT
#define RT_IF_CONTEXT(bit, weight)
} };

static const struct bit_weights names = { {
#undef RT_IF_NAME
#define RT_IF_NAME(bit, weight) [__builtin_ctz(RT_NAME_##bit)] = weight,
#include "core/rules.def"
#undef RT_IF_NAME
#define RT_IF_NAME(bit, weight)
} };

static const struct bit_weights says = { {
#undef RT_IF_SAYS
#define RT_IF_SAYS(bit, weight) [__builtin_ctz(RT_PHRASE_##bit)] = weight,
#include "core/rules.def"
#undef RT_IF_SAYS
#define RT_IF_SAYS(bit, weight)
} };

static const struct bit_weights under = { {
#undef RT_IF_UNDER
#define RT_IF_UNDER(bit, weight) [__builtin_ctz(RT_PHRASE_##bit)] = weight,
#include "core/rules.def"
#undef RT_IF_UNDER
#define RT_IF_UNDER(bit, weight)
} };

enum {
#undef RT_BASE
#define RT_BASE(score) BASE = score,
#include "core/rules.def"
    RULES = sizeof rules / sizeof *rules,
    PAGE_RULES = sizeof page_rules / sizeof *page_rules
};

/* 1000 / (1 + e^-x) at x = 0, 0.25, ... 7; straight lines in between. */
static uint16_t probability(int32_t score)
{
    static const uint16_t curve[] = {
        500, 562, 622, 679, 731, 777, 818, 852, 881, 905, 924, 940, 953, 963, 971,
        977, 982, 986, 989, 991, 993, 995, 996, 997, 998, 998, 998, 999, 999
    };
    enum { STEP = 25, LAST = sizeof curve / sizeof *curve - 1 };
    int32_t x = score < 0 ? -score : score;
    int32_t k = x / STEP;
    int32_t p = k >= LAST ? curve[LAST]
                          : curve[k] + (curve[k + 1] - curve[k]) * (x % STEP) / STEP;
    return (uint16_t)(score < 0 ? 1000 - p : p);
}

static int16_t score_bits(uint32_t bits, const struct bit_weights *weights)
{
    int score = 0;
    for (; bits; bits &= bits - 1)
        score += weights->of[__builtin_ctz(bits)];
    return (int16_t)score;
}

int16_t rt_score_page(const struct rt_features *features)
{
    int score = BASE;
    for (size_t i = 0; i < PAGE_RULES; i++)
        if (features->page[page_rules[i].feature] >= page_rules[i].at_least)
            score += page_rules[i].weight;
    return (int16_t)score;
}

/* As many lanes as a vector unit takes; where there is none, the compiler takes them one by one. */
typedef int16_t vector __attribute__((vector_size(16)));
enum { PER_VECTOR = sizeof(vector) / sizeof(int16_t), VECTORS = RT_LANES / PER_VECTOR };

static void add_rules(const struct rt_features *features, int16_t scores[RT_LANES])
{
    vector sums[VECTORS], values[VECTORS];
    memcpy(sums, scores, sizeof sums);
    for (size_t i = 0; i < RULES; i++) {
        memcpy(values, &features->at[rules[i].feature * RT_LANES], sizeof values);
        for (size_t k = 0; k < VECTORS; k++)
            sums[k] += (values[k] >= rules[i].at_least) & rules[i].weight;
    }
    memcpy(scores, sums, sizeof sums);
}

void rt_score(const struct rt_features *features, int16_t page_score, uint16_t out[RT_LANES])
{
    int16_t scores[RT_LANES];
    for (size_t k = 0; k < RT_LANES; k++)
        scores[k] = (int16_t)(page_score + score_bits(features->context[k], &contexts) +
                              score_bits(features->names[k], &names) +
                              score_bits(features->says[k], &says) +
                              score_bits(features->under[k], &under));
    add_rules(features, scores);
    for (size_t k = 0; k < RT_LANES; k++)
        out[k] = probability(scores[k]);
}
