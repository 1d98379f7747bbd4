"""Whether words tell of a danger to life that is there now: a thing and what happens to it, told together.

Neither alone is enough: a power line has a price, a plan and a rule, and a fire may be last year's. Nor is what is
asked, wished for, feared, planned or over. What counts here puts the emergency numbers first, whatever the category.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from liandong.kernel.text import fold

_LONGEST_TEXT = 1_000
_HEAD_SIGNS = 40
"""Somebody in danger says so first; further on only together with a word for now."""


@dataclass(frozen=True, slots=True)
class Danger:
    """`code`: the leaf that it is; `words`: what says so, as it stands in the text."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class _Sign:
    """Of a leaf: `thing` within `reach` signs before or after `happening`; without `thing` what happens says enough."""

    code: str
    happening: re.Pattern[str]
    thing: re.Pattern[str] | None = None
    reach: int = 12


def _sign(code: str, thing: str, happening: str, reach: int = 12) -> _Sign:
    return _Sign(code, re.compile(happening), re.compile(thing) if thing else None, reach)


_SIGNS = (
    _sign(
        "060303",
        "山林|山上|后山|山头|林子|林地|树林|竹林|松林|草坡|坡上",
        "着了?火|起了?火|失了?火|火光|烧起来|烧着了|冒(?:着)?(?:浓|大|黑|白)?烟|明火|山火",
    ),
    _sign(
        "060101",
        "",
        "爆炸了|发生爆炸|(?:着|起|失)火(?=[,，.。!！]|$|里面|快|有人|还有)|(?:着|起|失)火了|(?:着|起)了(?:大)?火|正在(?:着|起)火|烧起来了|烧着了|浓烟滚滚|冒(?:着|出|起)?(?:大股|滚滚)?(?:浓|黑)烟"
        "|火势|火苗|救火|发生火灾",
    ),
    _sign(
        "030301",
        "煤气|燃气|天然气|液化气|液化石油气|气罐|气管|气表|沼气|瓦斯|一氧化碳",
        "喷火|着火|起火|跑气|气味|味道?(?:很|好|太|特)?(?:大|浓|重|冲)|(?:闻到|有股|一股|股子|满屋|全是)|泄漏|泄露|漏气|漏了|在漏|漏出|挖断|挖破|挖漏"
        "|嘶嘶|滋滋|爆炸|炸了|中毒|报警器(?:一直)?(?:在)?响|臭鸡蛋|晕倒|头晕",
    ),
    _sign(
        "030202",
        "电线|高压线|电缆|电杆|线杆|变压器|配电箱|电箱|电表箱|火线|入户线",
        "断(?!电|网)|掉(?:在|到|下|了|落|地)|落(?:在|到|地)|垂到地|拖(?:在|到)地|倒(?:了|在|下|塌)|要倒|火花|冒火|冒烟|打火|着火|起火"
        "|漏电|炸|搭在|触电|扯断|刮断|压断|砸断",
    ),
    _sign("030202", "", "(?:被|给)电(?:倒|着|死|到|晕|翻)|触电(?:了|倒)|有人触电"),
    _sign(
        "060202",
        "液?氨气?|氯气|化学品|危化品|危险品|罐车|硫酸|盐酸|硝酸|甲醇|化工厂|农药厂|冷库|液化气车|油罐|烟花(?:厂|仓库|爆竹)",
        "泄漏|泄露|漏(?:了|出|在)|侧翻|翻(?:了|在|倒|车)|爆炸|炸了|冒(?:白|黄|黑|浓)?[烟雾气]|呛得|熏得|晕倒|中毒|咳嗽|跑出来|跑了|睁不开",
    ),
    _sign(
        "060203",
        "电梯|扶梯|货梯",
        "困(?:在|住|了|人|着)|被困|关在|被关|出不来|坠|往下掉|掉了[一二两三四五六七八九十\\d]|掉下去|急停.{0,4}人|夹(?:住|到|伤|了)"
        "|(?:卡|停)(?:在|住).{0,12}(?:里面|有人|我|老|孩|孕)|(?:人|老人|孩子|我们?).{0,8}(?:卡在|卡住)",
    ),
    _sign(
        "060301",
        "洪水|山洪|河水|江水|大水(?!管|表|箱)|内涝|水库|河堤|大堤|堤|大坝|坝",
        "决堤|决口|溃(?:堤|坝|口|决)|管涌|漫(?:过|进|上|出)|淹(?:到|了|进|没|上)|涨到|冲(?:走|垮|断|进)|围困|被困|(?:在|正|突然|往外|大量)(?:漏|渗)水|裂(?:开|了)",
    ),
    _sign(
        "060301",
        "",
        "水.{0,4}(?:涨|淹|漫|没)(?:到|过)?.{0,3}(?:腰|胸|脖子|膝|[二三]楼|屋顶|车顶|窗)|(?:被水|困在|围在).{0,4}(?:围|楼顶|屋顶|车顶|水里|水中|树上|山上)"
        "|齐(?:腰|胸)深的水",
    ),
    _sign(
        "060404",
        "",
        "(?:有人|人|小孩|孩子|娃|学生|老人|车)(?:子)?(?:刚)?(?:掉|落|跳|滑|冲|栽)(?:到|进|入|下)?了?.{0,5}(?:河|水里|江|塘|湖|水库|池|沟|井)"
        "|(?:有人|孩子|学生|老人|娃).{0,4}(?:溺水|落水|跳河|跳江)",
    ),
    _sign(
        "060302",
        "山|坡|崖|地面|路面|路基|马路|挡墙|围墙|公路",
        "滑坡|泥石流|山洪|塌(?:了|下来|下|方|陷).{0,12}(?:大洞|大坑|埋|压|砸|掉|陷进|车|人|断)|垮(?:了|下|塌).{0,8}(?:埋|压|砸|人|房)|滚(?:了)?(?:下|落)"
        "|埋(?:了|住|在)|(?:在|正)往?下?滑|往下滑|开裂.{0,6}(?:变|越来越)(?:大|宽)",
    ),
    _sign("070201", "房|屋|楼|墙|阳台|棚|脚手架|天花板", "(?:压|埋|砸)(?:到|了|住|在|着|伤).{0,5}(?:人|工人|孩|老|下面|里面|底下)|突然(?:塌|垮|倒)"),
    _sign("110104", "孩子|小孩|娃|男孩|女孩|儿子|女儿|孙|老人|老爹|老爸|老妈|父亲|母亲|爷爷|奶奶|外公|外婆|老太|老头|岁",
          "走丢|走失|失踪|不见了|找不到(?:人|他|她|了)|(?:出去|放学|出门|早上|昨晚|昨天|到现在|还).{0,10}没(?:有)?回(?:家|来)|没(?:有)?回(?:家|来).{0,10}(?:找|联系|电话)|联系不上|不知去向"),
    _sign("110102", "老公|丈夫|前夫|男人|男的|爸|继父|老婆|妻子|女人|女的|母亲|隔壁|楼上|楼下",
          "打我|打老婆|打孩子|打妈|被打|打得|家暴|掐(?:我|她|脖)|要杀|喊救命|往死里打|拿刀"),
    _sign("110101", "",
          "持刀|[拿提举](?:着|了|把|一把)?.{0,2}刀|(?:钢管|铁棍|棍子|砖头).{0,4}打(?:人|我|他|她)|砍(?:人|伤|死)|捅(?:人|了|伤)|打群架|打起来了|正在打(?:架|人)|(?:在|正)打架|(?:在|正)撬(?:门|锁|我|隔壁|车|窗)"
          "|(?:有人|小偷|贼)(?:正)?(?:在)?(?:撬|翻墙|翻.{0,4}窗|爬窗|闯进|闯入)|抢劫|被抢了|抢了我.{0,3}(?:包|钱|手机|项链|金)|绑架|要跳楼|想跳楼|站在楼顶|站在天台|要跳下|轻生|自杀|割腕"),
    _sign("100402", "车|摩托|货车|电动车|电瓶车|路口|马路|公路",
          "(?:撞|翻|压|碾|轧).{0,10}(?:受伤|流血|昏迷|倒在|躺在|不动|出血|被卡|起不来|伤得|死)|车祸.{0,10}(?:受伤|流血|昏迷|躺|人|伤)|(?:有人|人)(?:受伤|被撞倒|躺在)"),
    _sign("080203", "老人|老太|老头|爷爷|奶奶|大爷|大妈|人",
          "(?:晕|昏|摔|倒)(?:倒|过去|在).{0,10}(?:不醒|不动|没反应|流血|起不来|叫不应|不省)|叫不醒|没有呼吸|没呼吸|心脏病发|喘不过气|大出血|喝(?:了)?农药|服毒"),
    _sign("080403", "", "食物中毒|(?:集体|好多人|很多人|十几个|几十个).{0,8}(?:呕吐|拉肚子|上吐下泻|又吐又拉|中毒|晕倒)|(?:吃|喝).{0,16}[十百].{0,4}人.{0,6}(?:吐|拉|中毒)"),
)  # fmt: skip
_NOW = re.compile(
    "现在|正在|正(?:冒|烧|漏|涨|往)|刚才|刚刚|快(?:来|点来)|赶紧来|赶快来|救命|此刻|还在(?:冒|漏|烧|打|响|涨)|已报警|报了警"
)
_CALM = re.compile(
    "规定|标准|合规|合法|合理|允许|咨询|多远|多少钱|什么价|价格|收费|费用|补贴|补助|补偿|治理|项目|款项|责任|认定|赔偿|赔付|索赔|要求.{0,6}赔|理赔|保险"
    "|何时|什么时候|几时|哪天|多久|是否|是不是要|有没有(?:规定|人管|可能)|能不能|能否|可不可以|可否|怎么(?:申请|办理|收|报|领|处理的)|如何|哪里(?:领|办|买|报名)"
    "|希望|建议|规划|计划|拟建|新建|安装|加装|改造|开通|接通|工程|进度|开工|竣工|验收|演练|培训|宣传|预案|手环|登记|保护令"
    "|防止|避免|预防|防范|隐患|广告|新闻|电影|视频|案例|案件|立案|判决|起诉|法院|检查|检测|安检|年检|巡查|态度|服务|排放|烟囱|投诉|反映|请求|恳请|严查|问题|不作为"
    "|去年|前年|上个?月|上周|以前|曾|之前|多年|年前|当年|当时|那年|历史|事后|往年|[0-9]+年|[0-9]+月"
)
"""What makes a sentence calm: a rule, a price, a wish, a plan, a story."""
_AT_ONCE = re.compile(
    "怎么办|救命|快来|赶紧|赶快|快点|马上|现在|正在|刚才|刚刚|突然|在(?:冒|漏|烧|涨|喊|流)|还在(?:冒|漏|烧|打|响)"
)
"""What makes it urgent all the same."""
_DENIED = re.compile("(?:没有?|不(?:会|能|要|让|是|准)?|未|无|防|禁止?|严禁|别|剪|污|粪)$")
_NOT_HAPPENING = re.compile(
    "一旦|一但|如果|要是|假如|万一|若|会不会|容易|可能|怕|担心|担忧|恐|随时|后果|像|好像|似的|差点|险些|以防|经常|总是|老是|时常|常常|常年|每年"
    "|每次|每天|多次|几次|[两三四五]次|隔三差五|有时|曾|已(?:经)?(?:扑灭|修好|处理|找到|救)|说|捐"
)
"""Just before: what might happen, or happens again and again."""
_BEFORE_SIGNS = 16
_SENTENCE = re.compile("[^。！？!?\n；;]+[。！？!?\n；;]*")


def danger_in(text: str) -> Danger | None:
    """The first danger that the words tell of, or None. Only the first thousand signs are read."""
    for start, sentence in _sentences(fold(text[:_LONGEST_TEXT])):
        for sign in _SIGNS:
            for at, words in _found(sign, sentence):
                if _is_now(sentence, at, start):
                    return Danger(sign.code, words)
    return None


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    return ((match.start(), match[0]) for match in _SENTENCE.finditer(text))


def _found(sign: _Sign, sentence: str) -> Iterator[tuple[int, str]]:
    for happening in sign.happening.finditer(sentence):
        before = sentence[max(0, happening.start() - _BEFORE_SIGNS) : happening.start()]
        if _DENIED.search(before) or _NOT_HAPPENING.search(before):
            continue
        if sign.thing is None:
            yield happening.start(), happening[0]
            continue
        begin = max(0, happening.start() - sign.reach)
        around = sentence[begin : happening.end() + sign.reach]
        things = [(abs(begin + thing.start() - happening.start()), thing) for thing in sign.thing.finditer(around)]
        if things:
            _, thing = min(things, key=lambda each: each[0])
            first, last = sorted((begin + thing.start(), happening.start()))
            end = max(begin + thing.end(), happening.end())
            yield first, sentence[first:end]


def _is_now(sentence: str, at: int, start: int) -> bool:
    urgent = _AT_ONCE.search(sentence) is not None
    if not urgent and (_CALM.search(sentence) or sentence.rstrip().endswith(("?", "？", "吗", "呢"))):
        return False
    return start + at < _HEAD_SIGNS or _NOW.search(_clause(sentence, at)) is not None


def _clause(sentence: str, at: int) -> str:
    """What stands between the commas around a place, with the clause before."""
    commas = [place for place, sign in enumerate(sentence) if sign in ",，、:："]
    before = [place for place in commas if place < at][-2:-1]
    after = [place for place in commas if place > at][1:2]
    return sentence[before[0] if before else 0 : after[0] if after else len(sentence)]
