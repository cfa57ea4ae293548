import {CHANNEL, gainsService} from "@sales_commission_gamify/gains/gains_service";
import {
    contains,
    getService,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {MainComponentsContainer} from "@web/core/main_components_container";
import {animationFrame, mockMatchMedia} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {user} from "@web/core/user";

defineMailModels();

/** The service on a bus of its own; what it returns puts a message on that bus. */
async function start({motion = "no-preference"} = {}) {
    mockMatchMedia({"prefers-reduced-motion": motion});
    await mountWithCleanup(MainComponentsContainer);
    const heard = {};
    gainsService.start(
        {},
        {
            bus_service: {
                subscribe: (channel, callback) => {
                    heard[channel] = callback;
                },
                start: () => expect.step("bus started"),
            },
            notification: getService("notification"),
            effect: getService("effect"),
            action: {doAction: (action) => expect.step(action)},
        },
    );
    expect.verifySteps(["bus started"]);
    return async (changes = {}) => {
        heard[CHANNEL]({
            title: "INV/2026/0001",
            message: "+ $ 50.00 of commission, 20 points",
            is_big: true,
            ...changes,
        });
        await animationFrame();
    };
}

test("commission: a message and a rainbow", async () => {
    const gain = await start();
    await gain();
    expect(".o_notification").toHaveCount(1);
    expect(".o_notification").toHaveText(/INV\/2026\/0001/);
    expect(".o_notification").toHaveText(/50.00 of commission, 20 points/);
    expect(".o_reward").toHaveCount(1);
});

test("whom motion disturbs has no rainbow", async () => {
    const gain = await start({motion: "reduce"});
    await gain();
    expect(".o_notification").toHaveCount(1);
    expect(".o_reward").toHaveCount(0);
});

test("points alone: a message", async () => {
    const gain = await start();
    await gain({message: "+ 20 points", is_big: false});
    expect(".o_notification").toHaveText(/20 points/);
    expect(".o_reward").toHaveCount(0);
});

test("several deals: a message each, one rainbow", async () => {
    const gain = await start();
    await gain();
    await gain({title: "INV/2026/0002"});
    expect(".o_notification").toHaveCount(2);
    expect(".o_reward").toHaveCount(1);
});

test("who switched effects off has no rainbow", async () => {
    patchWithCleanup(user, {showEffect: false});
    const gain = await start();
    await gain();
    expect(".o_notification:contains('INV/2026/0001')").toHaveCount(1);
    expect(".o_reward").toHaveCount(0);
});

test("from the message to My Commissions", async () => {
    const gain = await start();
    await gain({is_big: false});
    await contains(".o_notification button:contains(My Commissions)").click();
    expect.verifySteps(["sales_commission_gamify.my_commissions_action"]);
    expect(".o_notification").toHaveCount(0);
});

test("a message leads to what it tells of", async () => {
    const gain = await start();
    await gain({button: "Challenge", action: "open the challenge", is_big: false});
    await contains(".o_notification button:contains(Challenge)").click();
    expect.verifySteps(["open the challenge"]);
});
