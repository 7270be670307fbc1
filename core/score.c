/* A sum over the rules that hold, in hundredths, and the logistic curve that makes a probability of
 * it.  The rules are in rules.def. */
#include "core/score.h"

struct rule {
    int32_t at_least;
    int16_t weight;
    uint16_t feature;
};

static const struct rule rules[] = {
#define RT_BASE(score)
#define RT_RULE(feature, at_least, weight) { at_least, weight, RT_F_##feature },
#include "core/rules.def"
#undef RT_BASE
#undef RT_RULE
};

enum {
#define RT_BASE(score) BASE = score,
#define RT_RULE(feature, at_least, weight)
#include "core/rules.def"
#undef RT_BASE
#undef RT_RULE
    RULES = sizeof rules / sizeof *rules
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

void rt_scorer_init(struct rt_scorer *scorer)
{
    *scorer = (struct rt_scorer){ .rules = { { 0, 0 } } };
    for (uint16_t i = 0; i < RULES; i++) {
        struct rt_rule_range *range = &scorer->rules[rules[i].feature];
        if (range->end == 0)
            range->begin = i;
        range->end = (uint16_t)(i + 1);
    }
}

uint16_t rt_score(const struct rt_scorer *scorer, const int32_t features[RT_FEATURES])
{
    int32_t score = BASE;
    for (size_t f = 0; f < RT_FEATURES; f++) {
        struct rt_rule_range range = scorer->rules[f];
        for (size_t i = range.begin; i < range.end && features[f] >= rules[i].at_least; i++)
            score += rules[i].weight;
    }
    return probability(score);
}
