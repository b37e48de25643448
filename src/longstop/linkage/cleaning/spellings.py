"""One name as different systems of spelling write it in Latin letters. Ours, from common knowledge; weak evidence, as nicknames are.

A person whose papers follow one system is written down by a clerk who hears another: Somali orthography beside English, pinyin beside
Wade-Giles and Cantonese, the revised romanisation of Korean beside the older ones, French beside English spellings of Arabic.
"""

_SOMALI = """
mohamed maxamed mahamed; mohamud maxamuud mahamud; ahmed axmed; hassan xasan; hussein xuseen; ali cali; omar cumar umar; osman cismaan
uthman usman othman; abdi cabdi; abdirahman cabdiraxmaan abdurahman; abdullahi cabdullaahi abdulahi; abdulkadir cabdulqaadir abdiqadir;
abdirizak cabdirisaaq abdirisak; abdikarim cabdikariim; abdirashid cabdirashiid; farah faarax farax; jama jaamac jamac; yusuf yuusuf;
aisha caasha asha caisha; fatima faadumo fadumo faduma; halima xaliimo halimo; hawa xaawo hawo; hodan xodan; sahra zahra saxra; nur nuur
noor; guled guuleed; warsame warsama; ismail ismaaciil ismaciil; ibrahim ibraahim; adan aadan aden; elmi cilmi ilmi; dahir daahir;
salad salaad; muse muuse musa; said siciid saeed; sharif shariif; hersi xirsi; egal cigaal; duale ducaale dualeh; isse ciise; isaq isxaaq
ishaq; barre bare; kadir qaadir; kasim qaasim; mahad maxad; bashir bashiir
"""
_CHINESE = """
zhang chang cheung; zhao chao chiu; chen chan chin tan; huang wong ng; wang wong ong; xu hsu tsui hui; xie hsieh tse; cai tsai choi
chua; guo kuo kwok; liu lau low; lin lam lim; wu ng woo; pan poon; wei ngai wai; yang yeung yong young; zhou chou chow chau; zhu chu
choo; zheng cheng teh; zeng tseng tsang chan; cheng ching; jiang chiang keung; qian chien chin; qiu chiu yau khoo; qin chin chun; xiao
hsiao siu siew; xiong hsiung hung; xue hsueh sit; li lee lei; liang leung neo; luo lo law; lu lo loke; ma mah; mei mui; peng pang; song
sung soong; su soo so; sun suen; tang tong; tian tien tin; wan man; ye yeh ip yip yap; yuan yuen; yu yue yee; yan yen ngan yim; ying
yang; he ho; hu wu woo oh; han hon; feng fung; fan faan; fang fong; fu foo; gao kao ko; ge ko kot; gong kung; guan kuan kwan; gu ku koo;
kong hung; deng teng tang; ding ting; dong tung; du tu to; dai tai; cui tsui chui; cao tsao cho; bai pai pak; jin chin kam; jia chia ka;
shi shih sze; shen shum sim; tan tam; tao to; mo mok; pei pui; ren jen yam; rong jung yung; yao yiu; zhong chung; zou tsou chau; zhi chih
chi; ming meng; jian chien kin; guang kuang kwong; hong hung; qiang chiang keung; jun chun kwan; xin hsin sum; yi i yee; zhen chen chan;
xiang hsiang heung; rui jui shui; bo po; bin pin pun; guo kuo kwok; cheng ching; hai hoi; hua wah; jie chieh kit; kai hoi; long lung;
ping peng; sheng shing; wen man; xing hsing hing; xiu hsiu sau; yun wan; yong yung wing; zi tzu tsz
"""
_KOREAN = """
kim gim; lee yi rhee i; park bak pak; choi choe; jung jeong chung cheong; kang gang; cho jo; yoon yun; jang chang; lim im rim; han hahn;
oh o; seo suh so; shin sin; kwon gwon; hwang whang; ahn an; song; ryu yoo yu ryoo; hong; jeon chun jun; ko go koh; moon mun; son sohn; bae
pae; baek paik baik; heo hur huh; nam; noh no roh; shim sim; ha; joo ju chu; woo wu u; koo gu ku; min; chae; young yeong; hyun hyeon;
hyung hyeong; kyung gyeong; jin chin; sung seong; soo su; sook suk; hee hui; joon jun; jae che; seung sung; eun un; woon un
"""
_ARABIC = """
ahmed ahmad ahmet; mahmoud mahmud mehmood mahmood; khaled khalid; said saeed sayed saied; rashid rachid rasheed; hamid hameed hamed;
karim kareem; rahim raheem; salim saleem slim; majid majeed madjid; walid oualid waleed; jamal djamal gamal jamel; jalal djalal galal;
jaber djaber gaber; haj hadj hajj; youssef yusuf yousef yousuf yusef; sharif cherif shareef; shaker chaker; rashida rachida; aisha aicha
ayesha aysha; khadija khadidja hadija; fatima fatma fatemeh; zainab zeinab zeyneb zaynab; layla leila laila; noor nour nur nor; omar umar
amr omer; uthman othman osman usman; abubakar aboubacar abubakr; bilal belal; tariq tarek tarik; qasim kassem kasim qassim; faisal faycal
feisal; suleiman soleiman sulaiman slimane sulayman; dawud daoud dawood daud; musa moussa mousa; isa aissa eisa; yahya yahia; zakaria
zakariya zakarya; idris driss idriss; ismail ismael esmail; ishaq isaac; yaqub yacoub jacob yakub; ayub ayoub ayyub; hisham hicham; othmane
otman; munir mounir muneer; nasser nasir naser; nabil nabeel; jafar djafar jaafar; reza rida ridha; taha tahar tahir taher
"""
_OTHER = """
mohammad muhammad mohamed mamadou mahamadou; abdoulaye abdullah abdallah; oumar omar umar; ousmane uthman osman; amadou ahmad; aminata
amina; ibrahima ibrahim; boubacar abubakar; cheikh sheikh; nguyen nguyon; hoang huynh; vu vo; phan pham; aleksandr alexandr oleksandr
aliaksandr; aleksei alexey oleksiy; nikolai mykola nikolay; mikhail mykhailo mihail; pavel pavlo; andrei andriy andrey; yuri yuriy iurii
juri; yulia iuliia julia yuliya; evgenia yevhenia; olena elena yelena; iryna irina; oksana aksana; kateryna ekaterina yekaterina; gjon
john; gjergj george; dzhon john; hovhannes ovanes; giorgi george; davit david; levan leon; mehdi mahdi; mehran mihran; ghulam gholam
qulam; syed said sayed sayyid; chaudhry choudhury chowdhury chaudhary; shaikh sheikh shaykh; hussain hossain husain; begum begam; singh
sing; kaur kour; thi ti; tran chan
"""

SPELLINGS = ";".join((_SOMALI, _CHINESE, _KOREAN, _ARABIC, _OTHER))
"""Groups of spellings of one name, parted by semicolons; a spelling may stand in several groups."""
