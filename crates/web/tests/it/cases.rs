//! Published cases held against the facts of the house.

use crate::ward::Ward;
use hakutaku_model::person::Role;

#[tokio::test]
async fn what_nobody_has_said_is_not_known_and_answers_break_the_chain() {
    let ward = Ward::new().await;
    let page = format!("/facilities/{}/plan/cases", ward.facility);
    let mut director = ward.somebody("Shiraishi", Role::Executive).await;
    let before = director.browser.get(&page).await;
    before.is(200).says("Tsurugi Handa Hospital").says("The facts we hold do not decide").says("not in our data");
    before.says("It promises nothing about the future").keeps_quiet_about("would have been stopped at step");

    ward.answer_all(ward.assessment, "hospital-it", 3).await;
    let after = director.browser.get(&page).await;
    after.is(200).says("On the facts we hold, it would have been stopped at step 1 (way in)").says("(as of ");
    ward.answer_all(ward.assessment, "hospital-it", 0).await;
    let weak = director.browser.get(&page).await;
    weak.says("no step would have been stopped").says("What would break the most chains earlier");
    let pdf = director.browser.get(&format!("{page}/director.pdf")).await;
    assert!(pdf.is(200).bytes.starts_with(b"%PDF"));
    let mut outsider = ward.world.visitor();
    outsider.get(&page).await.is(303);
}
