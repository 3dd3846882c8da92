"use strict";
// What the controls of the page share. All that they show is text or a data address: nothing is taken
// for HTML.

const data = JSON.parse(document.getElementById("data").textContent);
const at = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

function make(name, text = "", attributes = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}

function bytes(base64) {
  const text = atob(base64);
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

// Four digits tell values apart that the colours do.
const told = (value) => String(Number(value.toPrecision(4)));
const percent = (share) => `${Math.round(100 * share)} %`;
const named = (number) => data.classes[number] ?? String(number);

function verdict(image) {
  if (image.label < 0) return "unknown";
  return image.label === image.predicted ? "right" : "wrong";
}
