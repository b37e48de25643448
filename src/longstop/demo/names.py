"""Invented people: names that fit their language, put together by chance. Whoever they resemble, nobody is meant.

The place says only which names go together. What a record says of nationality is written as prisons write it, and is never read as a code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Tongue:
    """Names that go together: given (men's, then women's after a bar), family, and what the prison writes as nationality."""

    nationality: str
    given: str
    family: str

    def names(self, chance: Random) -> tuple[str, str, str]:
        """Draw (given name, family name, gender)."""
        men, women = (part.split() for part in self.given.split("|"))
        gender = "Female" if chance.random() < 0.08 else "Male"
        return chance.choice(women if gender == "Female" else men), chance.choice(self.family.split()), gender


TONGUES: Sequence[Tongue] = (
    Tongue("Albanian", "Ilir Agron Besnik Dritan Fatmir Gentian Sokol|Ardita Vjosa", "Krasniq Dervishaj Lleshaj Marku Prenga Gjokaj"),
    Tongue(
        "Polish",
        "Wojciech Paweł Zbigniew Łukasz Sławomir Bogdan Mirosław|Grażyna Bożena",
        "Wiśnicki Zaręba Gąsior Kuźniar Świderek Domagalski",
    ),
    Tongue(
        "Romanian", "Ștefan Răzvan Ionuț Călin Mihăiță Doru Liviu|Ileana Luminița", "Brânzei Țurcanu Pădureț Moldovanu Ciocârlan Lăutaru"
    ),
    Tongue("Lithuanian", "Žilvinas Mindaugas Darius Gintautas Šarūnas|Rūta Eglė", "Kavoliukas Žemaitelis Petrušauskas Bruožis Šilinis"),
    Tongue(
        "Jamaican",
        "Delroy Winston Everton Leroy Cleveland Rohan|Marva Shernette",
        "Bramwell Coke-Dixon Gayleford Ffrench Tulloch Penmarric",
    ),
    Tongue(
        "Nigerian", "Adébáyọ̀ Chukwuemeka Ifeanyi Olúwaṣeun Tunde Obinna|Ngozi Folákẹ́", "Ọlátúnjí Nwachukwu Eze-Okoli Adéwálé Umeh Balógunwá"
    ),
    Tongue("Vietnamese", "Văn-Đức Quốc-Hùng Minh-Tuấn Xuân-Trường Hữu-Phước|Thị-Hoa Ngọc-Lan", "Nguyễn Trần Lê Phạm Đặng Bùi"),
    Tongue(
        "Indian", "Gurpreet Harjinder Manoj Sukhwinder Rajendran|Kamaljit Meenakshi", "Dhaliwalia Chaudharee Venkatesan Bhandarkar Toorana"
    ),
    Tongue("Pakistani", "Tariq Nadeem Imran Shahbaz Waqas|Rukhsana Nasreen", "Mahmoodi Gillanwala Qureshpur Bhattiwal Chaudhery"),
    Tongue("Iraqi", "Karzan Rêbwar Azad Dilshad Sarkawt Hêmin|Şîlan Nasrîn", "Barzanî-Kaka Hewramî Goranî Qeredaxî Mukrî"),
    Tongue("Brazilian", "João Antônio Márcio Sérgio Fábio|Conceição Inês", "Gonçalves-Prado Magalhães Araújo Simões Falcão"),
    Tongue("Turkish", "Süleyman Çağrı Oğuzhan İbrahim Gökmen|Gülşen Ayşegül", "Yıldızhan Çelikkol Öztürkmen Şahinbaş Doğruyol"),
    Tongue("Irish Republic", "Pádraig Seán Fiachra Cormac|Gráinne Siobhán", "Ó-Caoimhín O'Dálaigh Mac-Giolla Ní-Mhurchú"),
    Tongue("Chinese", "Guoqiang Wenbo Jianhua Zhiming|Xiulan Meifeng", "Ouyangshi Zhaocheng Huangfu Sikong Xiahou"),
    Tongue("Somalia", "Abdirahman Guled Liban Warsame|Hodan Ifrah", "Cabdulle-Nuur Guuleed Jibriil Xasanow Faarax"),
    Tongue("Ukrainian", "Taras Ostap Bohdan Yaroslav|Oksana Halyna", "Kovalyshyn Zahorodko Petruchenko Myrhorod Shevchukiv"),
)

# The same person as another agency writes them. Records keep both; nobody is joined to anybody by them.
IN_OWN_SCRIPT: Sequence[tuple[str, str]] = (
    ("Тарас", "Ковалишин"),
    ("国强", "歐陽氏"),
    ("كارزان", "بارزاني كاكا"),
    ("ਗੁਰਪ੍ਰੀਤ", "ਢਾਲੀਵਾਲੀਆ"),
    ("طارق", "محمودی"),
    ("Σταύρος", "Καραγιαννίδης"),
)
