"""Administrative documents, third set: other heads, titles without a rule, subjects in capitals, two signatures."""

from samples.generator.blocks import Form, Gap, Head, P, Sign, Signs, Stamp, Title

HEAD = Head(
    "{issuer:head}", over="{superior_issuer:head}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.42
)
WITH_STAMP = Head(
    "{issuer:head}",
    over="{superior_issuer:head}",
    below=("Số: {number}", "{summary:narrow}"),
    dated="{issue_date:full}",
    ratio=0.46,
)
SIGN = Sign(("{signer.authority}", "{signer.title}"), "{signer.name}", room=60)
NOTED = Signs((None, SIGN), ("~Nơi nhận:~", *(f"{{_copy{i}}}" for i in range(7))))
BODY = tuple(P(f"{{_p{i}}}") for i in range(16))

LETTERS = (
    Form(
        "c_quyet_dinh",
        (
            HEAD,
            Title("{kind}", ("~{summary}~",), 1.2),
            P("^{_authority}^", align="center"),
            *(P(f"- {{_base{i}}}", indent=0) for i in range(7)),
            P("^{_decides}^", align="center"),
            *(P(f"^Điều {i}.^ {{_article{i}}}", indent=0) for i in range(1, 9)),
            NOTED,
        ),
        like="quyet_dinh",
        weight=1.5,
    ),
    Form(
        "c_cong_van",
        (WITH_STAMP, Stamp("{urgency}"), Gap(0.3), P("^Kính gửi:^ {_to}", indent=90), *BODY, NOTED),
        like="cong_van",
        weight=1.5,
    ),
    *(
        Form(
            f"c_{like}",
            (HEAD, Title("{kind}", ("{summary}",), 1.3), P("Kính gửi: {_to}", align="center"), *BODY, sign),
            like=like,
        )
        for like, sign in (
            ("bao_cao", NOTED),
            ("ke_hoach", SIGN),
            ("to_trinh", NOTED),
            ("huong_dan", NOTED),
            ("bien_ban", SIGN),
            ("chuong_trinh", NOTED),
        )
    ),
)
