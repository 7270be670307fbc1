/* Names of months, in lower case, full and short, a line a language group.  Equal names of several
 * languages stand once. */
#include "core/date.h"

#include "base/str.h"
#include "base/utf8.h"

static const char *const names[12] = {
    "january jan januar jänner jaenner janvier janv enero ene gennaio gen janeiro januari "
    "gener ianuarie ian január leden ledna styczeń stycznia sty января январь янв січня січень січ "
    "ocak oca tammikuu tammikuuta sausio ιανουαρίου ιανουάριος ιαν januára siječnja "
    "јануар јануара январи jaanuar janvāris يناير ינואר בינואר",
    "february feb februar feber février fevrier févr fev fevereiro febrero febbraio februari "
    "febrer februarie február únor února luty lutego lut февраля февраль фев лютого лютий лют "
    "şubat şub helmikuu helmikuuta vasario φεβρουαρίου φεβρουάριος φεβ febr februára veljače "
    "фебруар фебруара февруари veebruar februāris فبراير פברואר בפברואר",
    "march mar märz maerz mär mrz mars marzo março marco maart mrt març martie március marec "
    "března "
    "březen marzec marca марта март мар березня березень бер mart maaliskuu maaliskuuta kovo "
    "μαρτίου μάρτιος μαρ márc ožujka marts märts مارس מרץ במרץ",
    "april apr avril avr abril abr aprile aprilie április duben dubna kwiecień kwietnia kwi "
    "апреля апрель апр квітня квітень кві nisan nis huhtikuu huhtikuuta balandžio απριλίου "
    "απρίλιος απρ ápr apríla travnja април априла aprill aprīlis أبريل ابريل אפריל באפריל",
    "may mai mayo maggio mag maio mei maj maig május květen května mája мая май травня травень тра "
    "mayıs toukokuu toukokuuta gegužės μαΐου μάιος μαι máj svibnja мај маја maijs مايو מאי במאי",
    "june jun juni juin junio giugno giu junho juny iunie iun június červen června czerwiec "
    "czerwca "
    "cze июня июнь июн червня червень чер haziran haz kesäkuu kesäkuuta birželio ιουνίου ιούνιος "
    "ιουν jún júna lipnja јун јуна юни juuni jūnijs يونيو יוני ביוני",
    "july jul juli juillet juil julio luglio lug julho juliol iulie iul július červenec července "
    "lipiec lipca lip июля июль июл липня липень temmuz tem heinäkuu heinäkuuta liepos ιουλίου "
    "ιούλιος ιουλ júl júla srpnja јул јула юли juuli jūlijs يوليو יולי ביולי",
    "august aug août aout agosto ago agost augustus augusti augusztus srpen srpna sierpień "
    "sierpnia sie августа август авг серпня серпень сер ağustos ağu elokuu elokuuta rugpjūčio "
    "αυγούστου αύγουστος αυγ augusta kolovoza agustus agu avgust augusts أغسطس اغسطس אוגוסט "
    "באוגוסט",
    "september sep sept septembre septiembre setiembre settembre set setembro setembre septembrie "
    "szeptember září wrzesień września wrz сентября сентябрь сен сент вересня вересень вер eylül "
    "eyl syyskuu syyskuuta rugsėjo σεπτεμβρίου σεπτέμβριος σεπ szept septembra rujna септембар "
    "септембра септември septembris سبتمبر ספטמבר בספטמבר",
    "october oct oktober okt octobre octubre ottobre ott outubro out octombrie október říjen října "
    "październik października paź октября октябрь окт жовтня жовтень жов ekim eki lokakuu "
    "lokakuuta spalio οκτωβρίου οκτώβριος οκτ októbra октобар октобра октомври "
    "oktoober oktobris أكتوبر اكتوبر אוקטובר באוקטובר",
    "november nov novembre noviembre novembro noiembrie noi listopad listopadu listopada lis "
    "ноября "
    "ноябрь ноя листопада листопад лис kasım kas marraskuu marraskuuta lapkričio νοεμβρίου "
    "νοέμβριος νοε novembra studenoga новембар новембра ноември novembris نوفمبر נובמבר בנובמבר",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desembre "
    "desember des decembrie prosinec prosince grudzień grudnia gru декабря декабрь дек грудня "
    "грудень гру aralık ara joulukuu joulukuuta gruodžio δεκεμβρίου δεκέμβριος δεκ decembra "
    "prosinca децембар децембра декември detsember decembris ديسمبر דצמבר בדצמבר",
};

static rt_str lowered(rt_str name, char *out, size_t room)
{
    size_t len = 0;
    for (size_t i = 0; i < name.len && len + 4 <= room;)
        len += rt_utf8_put(out + len, rt_utf8_lower(rt_utf8_next(name, &i)));
    return (rt_str){ out, len };
}

unsigned rt_month_find(rt_str name)
{
    char room[48];
    if (name.len < 3 || name.len > 36)
        return 0;
    rt_str key = lowered(name, room, sizeof room);
    for (unsigned month = 0; month < 12; month++) {
        rt_str rest = rt_str_from_c(names[month]), word;
        while (rt_str_word(&rest, &word))
            if (rt_str_eq(word, key))
                return month + 1;
    }
    return 0;
}
