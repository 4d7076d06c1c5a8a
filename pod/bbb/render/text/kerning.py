"""The kerning of the player's two hand-written fonts.

Of each pair of characters shaped with the player's font: the advance width of the pair less those of its
characters, in thousandths of an em, rounded to five. A row has the first character, then by turns a number
and the second characters that it is for; `_` is the blank. Accented letters are kerned as their bare ones.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping
from typing import Final

Kerning = Mapping[tuple[str, str], float]  # em; of the first and the second character


def parsed(rows: str) -> Kerning:
    """The kerning that the rows of a table say."""
    found: dict[tuple[str, str], float] = {}
    for row in rows.strip().splitlines():
        first, *rest = row.split()
        for number, seconds in zip(rest[::2], rest[1::2], strict=True):
            for second in seconds:
                found[first.replace("_", " "), second.replace("_", " ")] = int(number) / 1000
    return found


def _with_apostrophe(known: Kerning, before: str, behind: str) -> Kerning:
    """`known` and the typographic apostrophe's: what stands behind it, and before it (rows turned round)."""
    turned = {(second, first): kern for (first, second), kern in parsed(before).items()}
    return {**known, **parsed(behind), **turned}


@functools.lru_cache(maxsize=2048)
def bare(character: str) -> str:
    """The letter without its accents."""
    return unicodedata.normalize("NFD", character)[0]


SHANTELL_SANS: Final = _with_apostrophe(
    parsed(
        r"""
    ! -50 - -40 ) -30 ' -25 . -20 "T -15 ?
    " -145 ,. -110 - -90 / -85 a -70 ceq -65 o -60 A -55 6g -50 4Gdns -45 0m -40 23COuz -35 );p -30 :Qr
    " -25 Jhky -20 19LSZfx -15 '78EHNiv -10 "5IKMRltw -5 PTX 5 BW
    ' -130 ,. -110 - -90 /a -75 e -70 Acq -65 o -55 6gs -50 4Gdn -45 0Om -40 23Cuz -35 );p -30 :Qhr
    ' -25 Jky -20 19?EHLSZfivx -15 '78IKNt -10 "5MRlw -5 PTUX 5 B
    ( -155 - -125 .e -120 6acoq -115 4Gds -110 Onu -105 m -100 Az -95 CQ -90 0:r -85 v -80 S -75 29wx
    ( -65 13 -60 fg -55 7E -50 LP -45 8HMhkt -40 '5JRy -35 "FKNZl -30 ;BDIUi -25 ,?Wbp -20 TVX -15 /Y
    ( 25 ) 45 j
    ) -70 ) -50 T -40 23 -30 '17? -25 ,-. -20 "9 -15 / -10 ; -5 48: 5 6Pbefhjn 10 dltx 15 p
    , -145 " -135 T -130 '9 -120 7 -110 1? -105 V -100 - -85 Yv -75 4 -70 )UW -65 FQ -60 BCOouw -55 DEdt
    , -50 0HLP -45 8Aefr -40 36Jgly -35 2GKhin -30 :MNSbckmqz -25 .Ras -20 5IZp -15 Xx -5 , 5 j
    - -155 ) -135 T -125 " -115 12? -110 Y -105 '7 -100 3I -95 ,V -90 . -75 59; -65 /: -60 SWXxz -55 8D
    - -50 FNZv -45 Pr -40 -EJRUfijkw -35 BKMhmns -30 0AHQabltu -25 46CGLOceopqy -20 dg
    . -145 " -140 9 -130 ' -125 7 -120 TV -110 1 -105 )- -90 4?v -85 WY -65 w -60 EFU -55 BDQuy
    . -50 0CHOPt -45 dgjor -40 368Lfl -35 2;AGeip -30 JMScmq -25 ,./:KNbhknz -20 5IRas -15 XZx
    / -100 . -95 , -80 - -75 / -55 a -50 e -45 coqs -40 46g -35 AGdnuz -30 m -25 y -20 0COQpr -15 2:x
    / -10 v -5 3Sw 10 8 15 57EHLMPfk 20 Nht 25 JKRZ 35 Il 40 "Ui 45 'DFWX 50 ?B 55 Vb 60 j 65 TY 75 )
    0 -75 , -70 . -65 ) -45 /2 -40 -T -35 37 -25 1? -20 ';a -15 9:en -10 "46ms -5 058
    1 -60 ,- -55 . -45 / -40 )2n -35 ;m -30 0134:?Aaehks -25 679r -20 'ft -15 S -10 "5E -5 8IRb
    2 -90 - -70 ) -55 7 -50 4T -45 "'19? -40 Vy -35 EWgo -30 d -25 ,./0236;ABCFOcet -20 :DGHamn -15 8Ps
    2 -10 5k -5 M
    3 -75 ) -55 7 -50 ,1? -45 "'2;T -40 . -35 -39 -30 /: -20 4 -15 58mrs -10 06ADadekn -5 Gbct
    4 -80 ) -65 ,. -60 12? -55 3T -50 '7 -45 " -40 :;V -30 /59 -20 -SXx -10 468Damns -5 0kt
    5 -50 , -45 . -40 )12; -30 '/9: -25 "-37 -15 5T -10 48? -5 06 10 Bj
    6 -100 ) -85 T -80 '17? -75 " -65 V -55 9 -45 2 -40 ,3; -35 . -30 -/ -25 :D -20 58 -15 04 -10 AMknst
    6 -5 6Ce
    7 -100 , -95 . -70 ) -65 2 -55 / -50 3 -45 -1?T -40 7 -35 ';a -30 "5: -25 Ax -20 4689cekmns -15 d
    7 -10 0Mt
    8 -65 ) -50 , -45 . -40 -T -35 /; -30 '237 -25 "19:? -20 4s -15 am -10 056t -5 8M
    9 -55 ) -45 - -40 , -35 T -30 127? -25 "'.3 -20 /49; -15 :kt -10 06a -5 58
    : -100 ) -90 T -70 7 -60 1? -50 VY -40 ' -30 "23ADE -25 4FJW -20 689U -15 0B -10 CLMRZ -5 5S
    ; -85 T -70 - -60 ) -55 1? -45 V -40 Y -35 '7 -30 " -25 ,023 -20 49D -15 ./AEFt -10 8JUWou
    ; -5 6;HNZacdegiq 5 5:pz 10 Sbsw 15 x
    ? -105 , -100 - -95 . -65 a -60 q -55 ce -50 o -35 ) 5 ?
    A -85 ) -80 T -65 1 -55 '7?VY -50 " -35 239 -30 ,- -25 W -20 .;DIv -15 /8:z -10 45EFJSrw -5 AUZimnu
    A 5 6GLadegpqs 10 bc
    B -50 ), -45 -. -35 / -25 23T -15 ;su -10 "014:?aemnoz -5 '7AEGHJNOcdghikqrt 5 8LPXj 10 BDFMUWbfw
    B 15 Rl
    C -70 - -40 )4 -35 9;v -30 ',/u -25 .012?Qgopry -20 "3:ACEHOcdmnqt -15 7GPekswxz -10 KNSTVfh
    C -5 8JLUWaijl 5 DXZ 10 I
    D -90 , -85 . -60 ) -45 / -40 -23 -35 T -30 7 -25 1?J -20 Za -15 ;AI -10 ':VXenosz -5 "6GNORYchkmqru
    D 5 DFHLMUWy 10 BPfjl 15 bw
    E -65 - -45 9v -40 1u -35 ,47;Qrwy -30 )/CO -25 '.023Adgop -20 ":GHLPfmnz -15 8ESce -10 NUVWahklqstx
    E -5 ?KMTbi 5 BXZj 15 I
    F -110 , -105 . -70 / -65 - -55 ; -50 :z -45 23 -40 )1Aanx -35 ers -30 6GScmoqu -25 0479OQdgkvy
    F -20 '58Cfhpw -15 "HLNPRXZt -10 EIKMVil -5 ?DUb 5 Bj
    G -65 T -50 1? -45 ')7 -40 -23Y -35 .V -30 " -20 Z -15 IJXk -10 8D -5 ,EFRtvwz 5 /HKMcgiqx 10 ;
    G 15 bsy 20 p 25 j
    H -50 ) -45 , -40 -23 -35 . -30 1?T -25 '/7 -20 ";z -10 :EIJNRVYZiu -5 0ADKUWacefhkmnoqrstv 5 p
    I -95 - -55 v -45 0u -40 goy -35 OQdw -30 ACGceqr -25 ,;mpz -20 "')./7:an -15 23fs -10 SVt -5 EHLPhk
    I 5 15?DJMi 10 BRbj 20 Z 25 IX
    J -50 , -40 . -35 -/ -30 ; -25 )23:z -20 1 -15 "nruv -10 '7QSmosx -5 0ACGOPTacdefgq 5 ?DEIKLUWYt
    J 10 FZb 15 RXj 20 B
    K -120 - -75 4 -65 9v -45 "'17u -40 wy -35 )CEOQot -30 0d -25 6TVWgr -20 23GUceq -15 ;AHLPanp
    K -10 ?fhklmsz -5 ,./5:BFJKMNSYi 5 Zbj 10 I 15 X
    L -150 " -135 9 -130 ' -110 T -105 ) -95 -V -70 17? -65 Yv -60 W -50 4 -40 Euw -35 FUy -30 BDPQ
    L -25 23CHOjr -20 08;fglpt -15 ,AGJLMdio -10 /5:IKNabehkmnsz -5 .RScq
    M -65 ) -50 T -45 '-7 -40 "19? -35 V -30 WY -25 v -20 4EUu -15 23DF -10 ,.;BPQfry -5 /08:CHJOjlotwz
    M 5 abcqx 10 RXs
    N -50 , -45 - -40 . -35 )23 -30 / -25 1; -20 9Nz -15 "'7Tfnoru -10 0:?ACEHKOQSUaehiklstvx
    N -5 GJMPWcdgmqy 5 DX
    O -90 ) -60 , -55 T -50 .23 -40 1? -35 V -30 '-/7IY -25 " -20 :XZ -15 ;DJ -10 FNRWz -5 Sakrsv
    O 5 bdfgjl 10 Lpy 15 w
    P -130 , -125 . -70 - -65 / -55 ) -45 a -40 23AJ -35 ceq -30 To -25 6IZn -20 Gdgsz -15 01;?hkmu
    P -10 :CNOry -5 '7EKQRVXip 5 BFPjlw 10 b
    Q -65 ) -50 .T -45 23 -35 1? -30 ,-IV -25 Y -20 '/7Z -15 "DJX -10 :EFNRWktz -5 4;Aaehnu
    Q 5 BCLOPQbfglx 10 jpwy
    R -95 - -35 )4 -30 ou -20 ,.OQTdegy -15 '0167ACEacqt -10 "/23;GHn -5 :JLUWmrvz 5 BKNPZflwx 10 DFMRj
    R 15 5IX 20 b
    S -45 9v -40 - -35 ')1 -30 ; -25 ",7:rw -20 ./234u -15 Sy -10 CHOPQcdfgmnopqsz -5 0?AGVWaex 5 BIRZbj
    S 10 JX
    T -155 - -130 , -125 . -115 aceq -110 go -105 s -100 /dmu -95 46;z -90 np -85 :Gvy -80 Ar -75 Owx
    T -65 0CQ -55 S -50 9 -40 123 -35 Pf -30 HLM -25 Ehkt -20 8R -15 )KNil -10 "'7Zb -5 BFUWX 15 ?
    U -55 , -45 . -35 )- -30 /23 -15 ;z -10 : -5 '47NTaceknoqrsv 5 CEGLOPRUWXdy 10 BFp 15 D 20 jw
    V -130 , -125 . -105 - -90 q -85 / -80 a -70 ce -65 o -60 gs -55 6d -50 4z -45 ;AGmnu -40 :x
    V -35 COpry -30 0Q -25 v -20 23 -15 )Sw -10 1hk -5 JLNZf 5 "BUWXi 10 V 15 Ybj 25 ?
    W -85 , -80 . -65 -/ -40 aeno -35 023Acqz -30 )6:;Gdgmsu -25 4CO -20 1?Qkry -15 Lhpv -10 KSfwx
    W -5 '7EHJNTilt 5 FUYb 10 BWj
    X -70 - -40 4 -35 uv -30 9y -25 ;COQo -20 ),01?dgr -15 './237AGcempqw -10 ":ansz -5 HLSf 5 JMNl
    X 10 5RZj 15 BFb 20 D 25 IX
    Y -145 ,-. -110 a -100 ceq -95 /o -90 g -80 ds -75 46mn -70 uz -65 :;Gp -60 Ary -50 Ox -45 Qv -40 0C
    Y -35 23w -30 S -20 )1 -15 HLfhk -10 EPt -5 '7KMNRZl 5 V 15 Y 20 ?
    Z -110 - -50 4 -40 0u -35 )o -30 COd -25 9AQcegqy -20 1?Gv -15 ',./7amr -10 "23;EHLTnptwz -5 :UVWhs
    Z 5 BDFRx 10 5Zb 15 IX
    a -105 'T -90 ")V -75 179 -60 ? -55 Y -50 -Wv -30 U -25 4Fw -20 Du -15 23;BHPQry -10 0CEGOjot
    a -5 ,:JLcdfglz 5 Xx
    b -125 ) -90 T -65 23 -60 ,1? -55 .7VY -45 I -40 "' -30 /;X -25 -Z -15 :z -10 RS -5 GMPUWahijkmnrsvx
    b 5 bdgpw
    c -115 ) -90 T -70 - -60 1? -55 VY -40 '7 -35 "W -30 ,23DF -25 /Hu -20 .0ABINUg -15 ;EKOPQdikot
    c -10 :CGLMRZacefhjlmnpqrvy -5 SXbsz
    d -55 - -30 ')14u -25 "0 -20 237;CHOQTovy -15 ,./AEGLdfglrt -10 ?KPVcehikmpz -5 :BMNSUWYqw 5 IR 10 X
    e -115 ) -100 T -90 7 -70 1?V -65 Y -55 ' -50 " -45 - -40 9 -35 ,23W -30 I -25 .DFv -20 /;r
    e -15 BNPUu -10 :AEHJQSXfijltwyz -5 0CKLMOZacdeghkmnops
    f -100 , -95 . -75 - -55 / -50 a -40 0Aceoq -35 g -30 4 -25 23CGOdnsu -20 ;mz -15 Q -10 :kr -5 Shpy
    f 5 1?K 10 VXfl 15 "'7DUW 20 Yi 25 b 30 Bj
    g -100 T -75 V -65 '17? -60 "Y -40 - -25 )v -20 23 -15 BPUWru -10 .wz -5 0:CEGHINOQfilot 5 ;Kacnqsx
    g 10 ,b 20 j 30 /
    h -100 T -90 ) -80 V -65 '17?Y -60 " -50 - -35 Fv -30 4DEUW -25 23Bu -20 ;PQrwy -15 ,.0CGHIOjotz
    h -10 /:Sefgil -5 AKLMNZacdhkmnpqs
    i -45 , -40 - -35 23 -30 ). -25 '/ -15 "7:;kz -10 01?ACHKNOTefhmnorsuv -5 EGLQSVabcdglqty 5 jpw
    j -35 "- -25 '7 -20 23Tv -15 .1?r -10 :PUVWfuz -5 )HQSYlw 5 IRacgqs 10 Xx 20 / 30 j
    k -100 ) -95 - -85 T -55 1? -50 V -45 0Y -40 Go -35 '7ACO -30 ",.23DFJgu -25 HNQUWcdeq -20 /BEaknt
    k -15 KLMRZhilmy -10 ;IPXfjrvz -5 :bpsw 5 x
    l -70 - -55 '9 -45 ")7 -40 4 -35 Tv -30 1?UVWuy -25 0Q -20 COYow -15 ;BDEHPdgjrt -10 23GLefl
    l -5 ,.Aacipz 5 RZbx 10 X
    m -100 T -85 ) -75 7V -65 1? -60 "'Y -50 9 -45 -W -30 v -25 DF -20 23Uu -15 ,BNPrw -10 ./:;EHIJQjtyz
    m -5 0ACGLOfilo 5 bcqs
    n -95 T -90 ) -70 V -60 '17? -55 "Y -45 -9 -25 DFUWv -20 23Bu -15 EQrty -10 ,./0:;CHJOPjowz
    n -5 AILfgil 5 Rbx
    o -125 ) -100 T -70 1?Y -60 V -55 '7 -50 "23 -45 , -40 .I -30 /W -25 -;D -20 NX -15 :FSvz -10 JZx
    o -5 BHMPRikru 5 cdgq 10 p
    p -115 ) -95 T -70 1? -65 '7V -60 " -50 Y -35 23 -30 ,I -25 .; -20 -/v -15 :N -10 SXz -5 BHPUWru
    p 5 0CGKLMObehmos 10 acdgpq
    q -90 T -60 '7V -55 "1?Y -25 - -20 23 -15 v -10 .:z -5 ISUWw 5 0HKMRfhlmnsx 10 ALbde 15 Gacq 30 g
    q 35 y 50 p 60 ) 65 j 75 ; 90 , 100 /
    r -140 ,. -110 ) -85 - -80 J -75 T -70 /23 -65 IZ -55 1?a -50 q -45 0Ace -40 Yo -35 X -30 7Vgs
    r -25 Gdkn -20 DFKNORhimuz -15 ':;BCEHLMQUWbrty -10 "PSfjlp -5 v
    s -115 ) -90 T -65 1?V -60 Y -55 ' -50 " -40 -7 -30 23D -25 ,/FI -20 .;HUWv -15 BNPru
    s -10 :ACEKMOQSacefgijknoqtwyz -5 0GLRXZbdhlmps
    t -95 ) -90 - -70 T -45 1? -35 7V -30 Y -25 '0 -20 ",23ACJOgo -15 ./FHacdeu -10 BEGNQUWiknqty
    t -5 IKLRZhlmv 5 PXpswz 10 5:S 15 bx
    u -120 ) -90 T -60 ,23? -55 . -50 Y -40 IV -35 '-/ -30 "7XZ -25 1J -20 ;DN -15 :Rkz -10 CKOSUWahino
    u -5 0ABEGHMPQcemqrstuv 5 lpw
    v -105 , -100 ). -75 T -60 23 -55 -/I -50 1? -45 Z -40 Y -35 a -30 AV -25 Xe -20 0cq -15 '7CNORgkno
    v -10 :;GHKUWdhimsz -5 "BELMbjrtu 5 w
    w -90 ) -65 ,T -60 . -40 -/1? -35 23 -30 I -25 YZ -20 V -10 7AXa -5 '0CGNOcekoqz 5 "HKPQSUWdgvx
    w 10 BEMfjmpty 15 Lbl 20 w
    x -80 ) -75 T -70 - -40 1? -35 V -30 Y -25 '7 -20 A -15 ,.23CGOo -10 "/g -5 0HINQUWaceu 5 ;ESXflrt
    x 10 5:pswz 15 K 20 b 25 x
    y -85 T -55 1?V -50 Y -45 '-7 -40 ") -30 23DF -20 . -15 BEirtuv -10 0:ACHINOPQUWfklnoz
    y -5 ,GKLMRSXZaceghmqsy 5 x 10 / 15 j
    z -110 T -105 ) -80 V -75 1? -70 -Y -65 '7 -60 " -45 DF -40 23UWu -35 ,0ABCEJOQortv -30 ./;HPdjly
    z -25 GILMNZefgiwz -20 :KRXchkmnq -15 Sap -10 bsx
    """
    ),
    before=r"""
    ’ -130 ,.L -110 a -80 -hp -75 6gm -70 eno -65 s -60 yz -55 q -50 Aclu -45 234K -40 M[b -35 $(jt{
    ’ -30 !7:;GHdk -25 589OSir -20 )CEI -15 FJNQw -10 "'01BRTXZx -5 Dv 5 Vf 40 /
    """,
    behind=r"""
    ’ -130 ,-. -115 a -100 ceq -90 / -85 go -75 ds -70 46n -65 AGmu -55 $:;p -50 COry -45 0Qz -40 x -35 v
    ’ -30 w -25 S -20 239 -15 1f -10 8 -5 7ELMPhkt 5 "*Ii 10 F 15 BU 20 'DXb 25 ?j 30 TW 35 )V]} 50 Y
    """,
)
CAVEAT_BRUSH: Final = _with_apostrophe(
    parsed(
        r"""
    ' -50 e -40 6dsu -30 acnopqxyz -20 grv -10 b
    ( 30 j
    , -80 1 -75 9 -40 4 -35 0 -20 7 10 3 20 5
    - -30 1 20 7 40 4
    . -80 9 -70 1 -30 04 -10 7 20 56
    0 -45 . -30 , 10 '
    1 -20 ,
    3 -20 . -15 ,
    4 -50 , -40 . 20 : 60 -
    5 -10 .
    6 -20 ,.
    7 -120 . -110 , -70 - -60 48no -50 6 -40 : -30 9 -20 015O 20 '
    9 -40 . -30 ,
    : 10 45
    A -60 T -25 V -20 F -10 DPv -5 U 10 jps
    B -25 T -15 V -10 DFXYZ -5 P 10 gqt
    C -15 T 10 f 30 t
    D -40 T -20 VXZ -10 IPR
    E -40 T
    F -90 . -70 , -60 T -50 X -30 AZux -20 Jdgnopsz -10 acemrtvy 10 Ubi
    G -40 T -10 FV -5 P
    I -50 T -40 vw -30 adfmnopqrsuxy -20 cegtz -10 GOWXY 10 V 50 '
    K -50 T -30 M -10 ACEGKS
    L -80 T -50 ' -30 F -20 DPV -10 W
    M -20 T
    N -40 T
    O -30 T -20 XZ
    P -90 . -80 , -50 T -20 Xu -10 FJZoy 10 CDirw 20 jv
    Q -30 T -20 X -10 VY
    R -30 A -20 Toq -10 aeguvy
    T -100 cu -90 aey -80 ,w -70 o -60 .rz -50 ;Zdgqsvx -40 MTnp -30 AGWXYm -20 -:JOQVt -10 CLf
    U -20 T
    V -60 o -50 Te -40 ,.uy -30 Aacds -20 Mgnqxz -10 :FGKOQWXfmprvw
    W -40 T -20 u -10 .ey
    X -50 V -40 T -20 OQ -10 CEGSWX
    Y -50 T -10 .AJXo -5 p
    Z -40 TZ -30 svw -20 mnoprux -10 ACGOSXacdefgqy
    a -20 '
    c -20 '
    e -20 '
    f -40 ,. 50 ) 80 "'
    g -30 '
    i 10 '
    j 10 '
    m -20 '
    n -60 '
    o -20 ' -10 p
    p -10 '
    q -20 '
    r -40 . -5 u
    s -20 '
    t 70 '
    u -10 '
    v -30 . -20 ,
    w -20 ' -10 ,.
    x -10 '
    y -20 '
    z -20 '
    """
    ),
    before=r"""
    ’ -30 m -20 noqw -10 esz 10 7ij 30 I 50 t 110 f
    """,
    behind=r"""
    ’ -90 d -70 s -60 enu -50 cmo -40 46agqry -35 p -30 xz -20 08vw -10 9t 20 7
    """,
)
