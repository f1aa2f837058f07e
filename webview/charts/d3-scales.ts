export { scaleLinear, scaleUtc } from 'd3-scale';
