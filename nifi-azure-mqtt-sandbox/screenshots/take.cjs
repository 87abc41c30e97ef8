// Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
// SPDX-License-Identifier: Apache-2.0
const { chromium } = require('playwright-core');

const [address, directory] = process.argv.slice(2);
const GROUP = 'Kepware tags to IoT Hub';
const PUBLISHER = 'Send to IoT Hub';

const read = async (path) => (await fetch(`${address}/nifi-api/${path}`)).json();
const named = (list, name) => list.find((entity) => entity.component.name === name).id;

// The canvas reads these when it opens: panels folded, so that they do not cover the flow.
const foldPanels = () => localStorage.setItem('graph-control-visibility', JSON.stringify({
  expires: Date.now() + 3600000,
  item: { 'navigation-control': false, 'operation-control': false },
}));

async function main() {
  const root = await read('flow/process-groups/root');
  const group = named(root.processGroupFlow.flow.processGroups, GROUP);
  const publisher = named((await read(`process-groups/${group}/processors`)).processors, PUBLISHER);

  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.addInitScript(foldPanels);

    await page.goto(`${address}/nifi/#/process-groups/${group}`);
    await page.locator('g.processor').first().waitFor({ timeout: 60000 });
    await page.waitForTimeout(3000);
    await page.screenshot({ path: `${directory}/canvas.png` });

    await page.goto(`${address}/nifi/#/process-groups/${group}/Processor/${publisher}/edit`);
    await page.getByRole('tab', { name: 'Properties' }).click({ timeout: 60000 });
    await page.getByText('IoT Hub Connection Service').first().waitFor({ timeout: 60000 });
    await page.waitForTimeout(3000);
    await page.screenshot({ path: `${directory}/publish-to-iot-hub.png` });
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
