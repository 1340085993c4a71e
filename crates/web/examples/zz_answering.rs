//! Temporary: serves a house to look at answering pages.
#[path = "/tmp/ans/sample.rs"]
#[allow(dead_code, unreachable_pub)]
mod sample;
use hakutaku_model::assessment::AnswerValue;
use hakutaku_model::id::QuestionId;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_store::*;
use sample::{House, YEAR, act, level, now};
#[tokio::main]
async fn main() {
    let house = House::new().await;
    let st = &house.app.store;
    let f = house.facility;
    let before = house.answered("hospital-it", YEAR.previous(), None, |at| Some(level((at * 5 + at / 7) % 3))).await;
    let it = house.open("hospital-it", YEAR, None).await;
    let q = house.catalogue().questionnaire("hospital-it").expect("q");
    let all: Vec<QuestionId> = q.questions().map(|q| q.id.clone()).collect();
    st.carry_over(&act(), f, before, it, &all[..50]).await.expect("c");
    let ja = house.browser(Role::ItOperator, Lang::Ja).await;
    let en = house.browser(Role::SafetyManager, Lang::En).await;
    let resp = house.browser(Role::Respondent, Lang::Ja).await;
    let me = Act::person(st.person_by_username("it_operator-ja").await.expect("p").expect("p").id, now());
    let resp_id = st.person_by_username("respondent-ja").await.expect("p").expect("p").id;
    for (at, id) in all.iter().enumerate().take(20) {
        let v = if at == 5 {
            AnswerValue::NotApplicable("透析室がなく、対象の機器がありません".into())
        } else {
            level((at * 7 + 1) % 4)
        };
        let ver = st.answer(f, it, id).await.expect("a").map(|r| r.version);
        st.save_answer(&me, f, it, id, v, if at == 1 { "規程は2025年4月版。見直しは来月。" } else { "" }, ver)
            .await
            .expect("s");
    }
    st.add_comment(&me, f, it, &all[1], "規程の最新版を総務に確かめました。\n委員会の議事録も付けます。")
        .await
        .expect("c");
    st.add_document(
        &me,
        f,
        &NewDocument {
            assessment: Some(it),
            question: Some(all[1].clone()),
            name: "情報セキュリティ規程_2025年4月版.pdf".into(),
            media_type: "application/pdf".into(),
        },
        vec![1; 240_000],
    )
    .await
    .expect("d");
    let inv = st
        .create_invitation(
            &me,
            f,
            &NewInvitation {
                assessment: it,
                questions: Some(vec![all[30].clone(), all[31].clone(), all[32].clone()]),
                name: "ミナト電機 田中".into(),
                kind: InvitationKind::Vendor,
                expires_at: now().plus_seconds(86400 * 14),
            },
        )
        .await
        .expect("i");
    for at in 30..33 {
        let h = st
            .create_handover(
                &me,
                f,
                &NewHandover {
                    assessment: it,
                    question: all[at].clone(),
                    to_name: "ミナト電機 田中".into(),
                    to_kind: RecipientKind::Vendor,
                    message: "保守契約の範囲で分かることを教えてください。".into(),
                    person: None,
                    invitation: Some(inv.row.id),
                },
            )
            .await
            .expect("h");
        if at == 30 {
            let ver = st.answer(f, it, &all[at]).await.expect("a").map(|r| r.version);
            let g = Act::invitation(inv.row.id, now());
            st.save_answer(&g, f, it, &all[at], level(2), "設定の写しを送ります", ver).await.expect("s");
            st.set_handover_state(&g, f, h.id, HandoverState::Answered).await.expect("st");
        }
    }
    st.create_handover(
        &me,
        f,
        &NewHandover {
            assessment: it,
            question: all[8].clone(),
            to_name: "佐藤 健".into(),
            to_kind: RecipientKind::Colleague,
            message: "研修の名簿を見て答えてください。".into(),
            person: Some(resp_id),
            invitation: None,
        },
    )
    .await
    .expect("h");
    let ex = house.open("executive", YEAR, Some("院長 白井 恵")).await;
    let exi = st
        .create_invitation(
            &me,
            f,
            &NewInvitation {
                assessment: ex,
                questions: None,
                name: "院長 白井 恵".into(),
                kind: InvitationKind::Executive,
                expires_at: now().plus_seconds(86400 * 14),
            },
        )
        .await
        .expect("i");
    let net = house.open("network-typology", YEAR, None).await;
    let out = format!(
        "F={f}\nIT={it}\nNET={net}\nEX={ex}\nJA={}\nEN={}\nRESP={}\nVENDOR={}\nEXEC={}\n",
        ja.session, en.session, resp.session, inv.token, exi.token
    );
    std::fs::create_dir_all("/tmp/ans").expect("x");
    std::fs::write("/tmp/ans/env", out).expect("x");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8797").await.expect("x");
    axum::serve(listener, hakutaku_web::router(house.app.clone())).await.expect("x");
}
