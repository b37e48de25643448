"""Words that clerks write one for the other: short and pet forms of forenames, from common knowledge, and spellings. Weak evidence."""

from collections.abc import Mapping

from longstop.linkage.cleaning.spellings import SPELLINGS

_GROUPS = """
albert al bert bertie; alexander alex alec sandy xander sasha; alexandra alex sandra sasha; alfred alf alfie fred; alison ali; andrew
andy drew; anthony antony tony; archibald archie; arthur art artie; augustus gus; barbara babs barb; bartholomew bart; benjamin ben
benny; bernard bernie; bridget biddy bridie; cameron cam; caroline carrie caro; catherine katherine kathryn kate katie kathy cathy
kitty; charles charlie chas chuck; charlotte lottie charley; christina chris tina christine chrissie; christopher chris kit topher;
clifford cliff; clive cliff; cynthia cindy; daniel dan danny; david dave davey davy; deborah deb debbie debra; dennis den denny; derek
del; desmond des; dominic dom; donald don donny; dorothy dot dolly dottie; douglas doug dougie; edith edie; edmund ed eddie ted ned;
edward ed eddie ted teddy ned; eleanor ellie nell nellie nora; elizabeth liz lizzie beth betty bess bessie eliza elsie libby lisa betsy;
emily em emmie; emma em; ernest ernie; eugene gene; evelyn evie; ezekiel zeke; florence flo florrie flossie; frances fran fanny francie;
francis frank fran; franklin frank; frederick fred freddie freddy; gabriel gabe; geoffrey jeffrey geoff jeff; george georgie; gerald
gerry jerry; gerard gerry; gertrude gertie trudy; gilbert gil bert; gordon gordy; grace gracie; graham gray; gregory greg; gwendoline
gwen; harold harry hal; harriet hattie harry; helen nell nellie ellen; henrietta etta hettie; henry harry hal hank; herbert bert herb
bertie; horace horry; howard howie; hubert bert; hugh hughie; humphrey humph; ian iain; isaac ike zac; isabella isabel bella izzy belle;
jacob jake; jacqueline jackie; james jim jimmy jamie jem; jane janie jenny; janet jan; jean jeanie; jennifer jen jenny; jeremiah jerry;
jeremy jerry jem; jessica jess jessie; joan joanie; joanna jo joanne; john jack johnny jon ian; jonathan jon jonny; joseph joe joey;
josephine jo josie; joshua josh; judith judy jude; julia julie jules; julian jules; katrina kat trina; kenneth ken kenny; kevin kev;
kimberley kim; laurence lawrence larry laurie; leonard leo len lenny; leslie les; lewis louis lou lew louie; lillian lily lil; louise
lou; lucy lou; lydia liddy; mabel may; malcolm mal; margaret maggie meg peggy madge greta rita maisie marge margie daisy; maria mary;
martha mattie patty; martin marty; mary molly polly may mamie; matilda tilly maud mattie; matthew matt mat; maurice morris mo;
maximilian max; melissa mel; michael mick mike mickey micky mikey; mildred millie; mohammed muhammad mohamed mohammad mehmet muhammed
mohamad mo; mortimer mort; nancy ann nan; nathaniel nathan nat; nicholas nick nicky nico; norman norm; oliver ollie noll; olivia liv
livvy; oswald oz ozzie; pamela pam; patricia pat patty tricia trish; patrick pat paddy; paul pauly; peter pete; philip phil pip;
philippa pip pippa; priscilla cilla; rachel rach; ralph rafe; raymond ray; rebecca becky becca; reginald reg reggie; richard dick rick
ricky rich richie; robert bob bobby rob robbie bert rab; roderick rod roddy; rodney rod; roger rodge hodge; roland rolly roly; ronald
ron ronnie; rosemary rose rosie; rowland roly; rudolph rudy; rupert rupe; samantha sam sammy; samuel sam sammy; sarah sally sadie;
sebastian seb; sidney sid sydney; simon si; solomon sol solly; sophia sophie; stanley stan; stephen steven steve stevie ste; stuart
stewart stu; susan sue susie suzy susannah; sylvester sly; terence terry tel; teresa theresa terry tess tessa; theodore ted theo teddy;
thomas tom tommy; timothy tim timmy; tobias toby; ursula ursie; valerie val; veronica ronnie; victor vic; victoria vicky vic tori;
vincent vince vinny; violet vi; virginia ginny; walter walt wally wat; wilfred wilf fred; wilhelmina mina minnie; william will bill
billy willie liam willy bil; winifred win winnie freda; winston win; yvonne eve vonnie; zachary zac zach zack; abdul abdal abdel abd;
ali aly; hussein husain hossein hussain husayn; hassan hasan; ahmed ahmad ahmet; yusuf yousef youssef yosef josef; ibrahim ebrahim
abraham; mustafa mostafa moustafa; aleksandr sasha alexander; aleksei alexei alyosha lyosha; dmitri dmitry dmitriy dima mitya; mikhail
misha michael; nikolai nikolay kolya; sergei sergey serhiy; vladimir volodymyr vova volodya; yevgeny evgeny yevgeniy evgeni zhenya;
tatiana tatyana tanya; yekaterina ekaterina katya; natalia natalya natasha; giuseppe beppe pino; francesco cesco franco; jose pepe;
francisco paco pancho; ioan ion; gheorghe george; stefan stephen; piotr peter; pawel paul; krzysztof christopher; andrzej andrew; tomasz
thomas; jan john; katarzyna kasia; malgorzata gosia; agnieszka aga
"""


def _collect() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in f"{_GROUPS};{SPELLINGS}".split(";"):
        words = group.split()
        head = words[0]
        for word in words:
            found[word] = found.get(word, frozenset()) | {head}
    return found


HEADS = _collect()
"""The full forms for which each short or pet form, or other spelling, may stand; a full form stands for itself."""


def full_forms(word: str) -> frozenset[str]:
    """Give the names for which a word may stand; the word itself where none is known."""
    return HEADS.get(word, frozenset({word}))
