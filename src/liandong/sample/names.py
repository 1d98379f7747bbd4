"""Invented names, Chinese beside English. Two-character stems are drawn; nothing is taken from a real gazetteer."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple


class Name(NamedTuple):
    """A name in both languages."""

    zh: str
    en: str


COUNTY = Name("霁川县", "Jichuan County")

SUBDISTRICTS = (Name("霁城", "Jicheng"), Name("云汀", "Yunting"), Name("晴岚", "Qinglan"))
TOWNS = (
    Name("鹭湾", "Luwan"),
    Name("枫埠", "Fengbu"),
    Name("松渡", "Songdu"),
    Name("雁洲", "Yanzhou"),
    Name("桐堰", "Tongyan"),
    Name("砚溪", "Yanxi"),
)
TOWNSHIPS = (Name("岚岗", "Langang"), Name("竹垄", "Zhulong"), Name("雪坞", "Xuewu"))

_FIRST = (
    "青qing 松song 竹zhu 枫feng 柳liu 桃tao 梅mei 荷he 兰lan 桂gui 樟zhang 杉shan 栗li 茶cha 稻dao 麦mai 菱ling "
    "莲lian 苇wei 芦lu 白bai 银yin 碧bi 翠cui 丹dan 石shi 云yun 月yue 霞xia 雪xue 晴qing 鹤he 鹭lu 雁yan 燕yan "
    "鹿lu 上shang 下xia 前qian 后hou 东dong 西xi 南nan 北bei 新xin 长chang 双shuang 三san 高gao 大da 小xiao "
    "清qing 和he 永yong 砚yan 榆yu 槐huai 榴liu 葛ge 瓦wa 窑yao 渔yu"
)
_SECOND = (
    "溪xi 桥qiao 岭ling 湾wan 塘tang 坪ping 坞wu 岗gang 渡du 浦pu 滩tan 堰yan 泉quan 潭tan 墩dun 坡po 垄long "
    "港gang 畈fan 屋wu 庄zhuang 园yuan 沟gou 坝ba 井jing 圩xu 埠bu 岩yan 冲chong 坎kan"
)
_REAL_ELSEWHERE = (
    "青浦 石桥 兰溪 安溪 云岩 北港 西溪 东港 双桥 双滩 大港 白云 三桥 三溪 高桥 高坪 新港 长沟 桃园 清溪 小溪 大桥 "
    "月坝 桂园 荷塘 柳园 梅园 茶园 竹园 松园 枫桥 枫泾 白塘 银滩 前海 碧溪 大园 永泉 葛洲 鹤岗 鹤山 石门 石泉 和桥 "
    "南浔 南浦 南岗 南溪 北塘 东坡 西塘 西坡 西坞 长岭 长滩 长圩 雪坞 竹垄 松渡 枫埠 桐堰 砚溪 鹭湾 大坝 大沟"
)


def _syllables(text: str) -> list[Name]:
    return [Name(part[0], part[1:]) for part in text.split()]


def village_stems(rng: Random) -> Iterator[Name]:
    """Stems of villages, none twice in either language."""
    pairs = [(a, b) for a in _syllables(_FIRST) for b in _syllables(_SECOND)]
    rng.shuffle(pairs)
    taken = set(_REAL_ELSEWHERE.split())
    spelt = {name.en for name in (*SUBDISTRICTS, *TOWNS, *TOWNSHIPS)}
    for a, b in pairs:
        stem = Name(a.zh + b.zh, (a.en + b.en).capitalize())
        if stem.zh not in taken and stem.en not in spelt:
            spelt.add(stem.en)
            yield stem


_ROAD_STEMS = (
    "望川Wangchuan 映月Yingyue 听涛Tingtao 临溪Linxi 学士Xueshi 文澜Wenlan 惠民Huimin 振农Zhennong 兴贸Xingmao "
    "霁阳Jiyang 霁光Jiguang 朝晖Zhaohui 晚晴Wanqing 春晓Chunxiao 秋实Qiushi 禾丰Hefeng 穗香Suixiang 榆荫Yuyin "
    "柏青Baiqing 桐花Tonghua 石板Shiban 南薰Nanxun 西坊Xifang 东作Dongzuo 渔市Yushi 米行Mihang 油坊Youfang "
    "水门Shuimen 书院Shuyuan 明伦Minglun 景明Jingming 和畅Hechang 安澜Anlan 宁川Ningchuan 广济Guangji 青云Qingyun "
    "长虹Changhong 百草Baicao 芙蕖Fuqu 沿河Yanhe 滨溪Binxi 环岗Huangang 古渡Gudu 新埠Xinbu 工农Gongnong "
    "民乐Minle 康宁Kangning 启明Qiming 凌霄Lingxiao 采菱Cailing 荻花Dihua 枕流Zhenliu 观澜Guanlan 锦帆Jinfan"
)
_ROAD_KINDS = (Name("路", "Road"), Name("路", "Road"), Name("街", "Street"), Name("巷", "Lane"), Name("大道", "Avenue"))


def road_names(rng: Random) -> Iterator[Name]:
    """Names of roads, none twice; a stem comes back only after all others were used."""
    taken = set()
    stems = _words(_ROAD_STEMS)
    while True:
        rng.shuffle(stems)
        for stem in stems:
            kind = rng.choice(_ROAD_KINDS)
            name = Name(stem.zh + kind.zh, f"{stem.en} {kind.en}")
            if name not in taken:
                taken.add(name)
                yield name


_ESTATE_STEMS = (
    "澜庭Lanting 霁月Jiyue 景和Jinghe 书香Shuxiang 锦程Jincheng 丽水Lishui 和悦Heyue 翠庭Cuiting 康居Kangju "
    "安和Anhe 映山Yingshan 星汀Xingting 望岚Wanglan 禾苑Heyuan 清荷Qinghe 东篱Dongli 枫林Fenglin 桂雨Guiyu "
    "柳浪Liulang 鹭洲Luzhou 沁园Qinyuan 文华Wenhua 惠泽Huize 同心Tongxin 福田里Futianli 水岸Shuian"
)
_ESTATE_KINDS = (
    Name("花园", "Garden"),
    Name("家园", "Homes"),
    Name("小区", "Estate"),
    Name("苑", "Court"),
    Name("公寓", "Apartments"),
)


def estate_names(rng: Random) -> Iterator[Name]:
    """Names of housing estates, none twice."""
    names = [
        Name(stem.zh + kind.zh, f"{stem.en} {kind.en}")
        for stem in _words(_ESTATE_STEMS)
        for kind in _ESTATE_KINDS
        if stem.zh[-1] != kind.zh[-1]
    ]
    rng.shuffle(names)
    yield from names


def _words(text: str) -> list[Name]:
    words = []
    for word in text.split():
        split = next(index for index, letter in enumerate(word) if letter.isascii())
        words.append(Name(word[:split], word[split:]))
    return words


SCENIC = (
    Name("霁雪湖景区", "Jixue Lake Scenic Area"),
    Name("云汀古渡景区", "Yunting Old Ferry Scenic Area"),
    Name("岚岗梯田景区", "Langang Terraces Scenic Area"),
    Name("雪坞石林步道", "Xuewu Stone Forest Trail"),
    Name("鹭湾湿地景区", "Luwan Wetland Scenic Area"),
    Name("竹垄溯溪谷", "Zhulong Stream Valley"),
    Name("砚溪老街", "Yanxi Old Street"),
    Name("枫埠红叶谷", "Fengbu Maple Valley"),
    Name("松渡漂流基地", "Songdu Rafting Base"),
)

SPECIALTY_SCHOOLS = (
    Name("霁川中学", "Jichuan Senior High School"),
    Name("霁川县实验小学", "Jichuan County Experimental Primary School"),
    Name("霁川县实验初级中学", "Jichuan County Experimental Junior High School"),
    Name("霁川县职业技术学校", "Jichuan County Vocational School"),
    Name("霁川县特殊教育学校", "Jichuan County Special Education School"),
)

HOSPITALS = (
    Name("霁川县人民医院", "Jichuan County People's Hospital"),
    Name("霁川县中医院", "Jichuan County Hospital of Chinese Medicine"),
    Name("霁川县妇幼保健院", "Jichuan County Maternity and Child Health Hospital"),
)
