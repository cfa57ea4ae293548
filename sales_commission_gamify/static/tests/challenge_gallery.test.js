import {
    contains,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {ChallengeGallery} from "@sales_commission_gamify/challenge/challenge_gallery";
import {Deferred} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {getDefaultConfig} from "@web/views/view";
import {queryAllTexts} from "@odoo/hoot-dom";

defineMailModels();

const TEMPLATES = [
    {key: "sprint", name: "Sprint", icon: "fa-bolt", summary: "The most in two weeks."},
    {key: "race", name: "Race", icon: "fa-flag", summary: "First to the goal."},
];

/** The gallery; the draft is made when *made* says so. */
async function mountGallery(made) {
    onRpc("sales.commission.challenge", "get_templates", () => TEMPLATES);
    onRpc("sales.commission.challenge", "create_from_template", async ({args}) => {
        expect.step(args[0]);
        await made;
        return {type: "ir.actions.act_window", res_id: 5};
    });
    mockService("action", {
        async doAction(action) {
            expect.step(`open ${action.res_id}`);
        },
    });
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(ChallengeGallery, {env, props: {action: {}}});
}

test("a card for each template", async () => {
    await mountGallery();
    expect(queryAllTexts(".o_challenge_template .h5")).toEqual(["Sprint", "Race"]);
    expect(".o_challenge_template .text-muted:first").toHaveText(
        "The most in two weeks.",
    );
});

test("a click makes the draft and opens it", async () => {
    await mountGallery();
    await contains("[data-key=race]").click();
    expect.verifySteps(["race", "open 5"]);
});

test("a double click makes one draft", async () => {
    const made = new Deferred();
    await mountGallery(made);
    await contains("[data-key=race]").click();
    expect("[data-key=race]").toHaveAttribute("disabled");
    expect("[data-key=sprint]").toHaveAttribute("disabled");
    made.resolve();
    await expect.waitForSteps(["race", "open 5"]);
    await contains("[data-key=sprint]:enabled").click();
    expect.verifySteps(["sprint", "open 5"]);
});
